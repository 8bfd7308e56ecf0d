/** The texts of `--help` and its relatives. */

export const USAGE = `usage: krait [option] ... [-c CMD | -m MOD | FILE | -] [ARG] ...
       krait serve --listen ADDRESS ...
       krait install REQUIREMENT ... | krait lock REQUIREMENT ...
       krait web [--port PORT]
       krait inspect --server ADDRESS ...`;

export const SEE_HELP = "Try `krait --help' for more information.";

const OPTIONS = `${USAGE}

Runs Python 3.13, compiled to WebAssembly, as \`python\` does.

What is run (options end here; ARGs are the program's, in sys.argv):
  FILE            a Python file, or a folder or zip file with a __main__.py
  -c CMD          the text CMD
  -m MOD          the module MOD
  -               standard input; so too with nothing given, unless that is a terminal
  nothing given   at a terminal: the prompt, with history and completion (TAB)
  install, lock   no program: packages, and lock files of them, see krait install --help
  serve           no program: a server of native kernels, see krait serve --help
  web             no program: a page with Python's prompt, see krait web --help
  inspect         no program: shows what passes to a server, see krait inspect --help

Options of Python:
  -i              open the prompt after the program
  -q              no banner at the prompt
  -O, -OO         drop assert statements and __debug__ code; -OO docstrings too
  -W ARG          control warnings: ignore, default, error, always, module, once
  -X OPT          an option of the implementation, see --help-xoptions
  -u              unbuffered standard output and error
  -B              do not write .pyc files
  -b, -bb         warn about comparing bytes with str; -bb: raise
  -v              say where each module is imported from
  -d              debug output of the parser
  -E              ignore the variables PYTHON*
  -s, -S          no user site folder; -S: do not import site
  -P              do not put the program's folder in front of sys.path
  -I              isolated: -E, -P and -s
  --check-hash-based-pycs always|default|never
  -V, --version   print the version; twice: more of it

Options of krait:
  --mount HOST[:PATH]
                  let Python see the host folder HOST as PATH (default: at its own path);
                  may be given more than once; --mount / shows the whole host
  --env NAME[=VALUE]
                  set a variable for Python; without VALUE the host's
  --no-snapshot   start Python from nothing: slower, with random hashing of strings

Help: -h, --help; --help-env the variables; --help-xoptions; --help-all all of it.

Python sees the working folder, the program's folder and those of PYTHONPATH at their own paths
(C:\\work as /c/work), can change them, and sees no other file of the host.
The exit status is the program's: 1 after an uncaught exception, 2 when the command line is
wrong, 130 after Ctrl-C.
`;

const ENVIRONMENT = `Variables that krait heeds (PYTHON* not with -E or -I):
  KRAIT_PACKAGES  folder of \`krait install', searched behind the standard library unless -s, -S or -I
                  is given (default ~/.local/share/krait/site-packages, or krait/site-packages in
                  XDG_DATA_HOME)
  PYTHONPATH      folders searched for modules before the standard library
  PYTHONSTARTUP   a file run before the prompt
  PYTHONINSPECT   as -i
  PYTHON_HISTORY  file of the prompt's history (default ~/.local/state/krait/history, or
                  krait/history in XDG_STATE_HOME)
  PYTHONBREAKPOINT, PYTHONASYNCIODEBUG
                  as in any Python
  HOME            the home folder; Python sees an empty one unless it is mounted
  TZ, LANG …      all other variables are passed on to the program

With any of these set Python starts from nothing, as with --no-snapshot:
  PYTHONHASHSEED, PYTHONOPTIMIZE, PYTHONWARNINGS, PYTHONUNBUFFERED, PYTHONDONTWRITEBYTECODE,
  PYTHONVERBOSE, PYTHONDEBUG, PYTHONDEVMODE, PYTHONUTF8, PYTHONIOENCODING, PYTHONSAFEPATH,
  PYTHONNOUSERSITE, PYTHONTRACEMALLOC and all others that begin with PYTHON.

Not passed on, since they speak of another Python: PYTHONHOME, PYTHONPLATLIBDIR,
PYTHONEXECUTABLE.
`;

const EXTENSIONS = `Options of the implementation, -X NAME or -X NAME=VALUE:
  dev             development mode: more checks and warnings
  utf8[=0|1]      UTF-8 mode
  importtime      print how long each import takes
  tracemalloc[=N] trace memory blocks, with N frames each
  int_max_str_digits=N
                  limit of conversions between int and str; 0: none
  faulthandler, no_debug_ranges, warn_default_encoding, frozen_modules[=on|off],
  pycache_prefix=PATH, cpu_count=N
                  as in any Python 3.13
`;

const TOPICS = {
  options: [OPTIONS],
  environment: [ENVIRONMENT],
  extensions: [EXTENSIONS],
  all: [OPTIONS, ENVIRONMENT, EXTENSIONS],
} as const;

/** A help text, ending in a newline. */
export function helpText(topic: keyof typeof TOPICS): string {
  return TOPICS[topic].join("\n");
}

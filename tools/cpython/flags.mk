# Compiler flags of single folders and files of CPython, on top of those configure wrote into its
# Makefile. Used as `make -f flags.mk` in CPython's build folder, where it is copied to.
include Makefile

# Link-time optimisation of the core only: most of its gain for half of its link time and size.
# ceval.o stays outside: inlining into the hot loop pushes it over the size above which V8 gives up its
# good register allocator.
LTO_FLAGS =
Objects/%.o Python/%.o: LTO_FLAGS = -flto
Python/ceval.o: LTO_FLAGS =
# JavaScript in C (EM_JS) does not survive the relocatable link that runs the optimisation.
Python/emscripten_signal.o Python/emscripten_trampoline.o Python/sysmodule.o: LTO_FLAGS =
PY_CORE_CFLAGS += $(LTO_FLAGS)

# The evaluation loop in two parts: eval/split.py.
Python/ceval.o: PY_CPPFLAGS += -DPY_SPLIT_LOOP

# What programs were seen to do: profiling.py. Functions that differ from those of the native build that
# was watched go without.
PROFILE = -fprofile-instr-use=python.profdata
PROFILE += -Wno-profile-instr-unprofiled -Wno-profile-instr-out-of-date -Wno-backend-plugin

# Where programs spend their time: the core, and the modules that are inner loops themselves.
FAST = -DNDEBUG -O3 -Wall $(PROFILE)
Objects/%.o Python/%.o: OPT = $(FAST)
# Small before all else, see above; and it is no slower for that.
Python/ceval.o: OPT = -DNDEBUG -Os -Wall $(PROFILE)
Modules/_sre/sre.o Modules/_json.o Modules/_pickle.o Modules/_struct.o Modules/gcmodule.o: OPT = $(FAST)
Modules/_collectionsmodule.o Modules/_functoolsmodule.o Modules/itertoolsmodule.o: OPT = $(FAST)
Modules/mathmodule.o Modules/_randommodule.o Modules/_heapqmodule.o: OPT = $(FAST)

# off_t has 64 bits; configure believes it unusable on this platform, and files above 2 GiB would
# show a wrong size.
PY_CPPFLAGS += -DHAVE_LARGEFILE_SUPPORT=1

# The size of the terminal. Elsewhere ioctl stays unused, as configure is told to have it: the
# requests that would be tried there (FIOCLEX, FIONBIO) fail.
Modules/posixmodule.o: PY_CPPFLAGS += -DHAVE_SYS_IOCTL_H=1
# Emscripten has no shutdown of its own; services/sockets has.
Modules/socketmodule.o: PY_CPPFLAGS += -DHAVE_SHUTDOWN=1

@0xd4b1f7c0a2e95b31;
# The words that both halves of krait share: what can be asked of an object, how a value is marked, why a
# call failed, what a type can do. Generated into C++ by Cap'n Proto's own compiler and into TypeScript by
# `tools/capnpc-js`. A number is never reused; a retired word keeps its number, renamed `obsoleteN`.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("krait::wire");

enum Op {
  # What one side may ask of an object that the other side exported. "target" is the object's handle;
  # the arguments are listed in order. Ops marked (J) are asked of JavaScript objects only, ops marked (P)
  # of Python objects only.

  getAttr @0;       # name -> value. A missing attribute fails with `noAttribute`.
  setAttr @1;       # name, value -> none
  delAttr @2;       # name -> none
  hasAttr @3;       # name -> bool
  dir @4;           # -> list of names
  call @5;          # arguments, keyword values, keyword names -> value
  construct @6;     # (J) as `call`, for `new`
  callMethod @7;    # name, then as `call`; `this` is the target
  getItem @8;       # key -> value. A missing key fails with `noItem`.
  setItem @9;       # key, value -> none
  delItem @10;      # key -> none
  contains @11;     # value -> bool
  length @12;       # -> int
  truth @13;        # -> bool
  iter @14;         # -> iterator
  next @15;         # [value] -> value; the end answers with status `stopped` and the return value
  nextBatch @16;    # count -> graph of a list of at most that many items, converted as single items are. Status
                    # `stopped`: the last ones. An iterator that could run code between two items gives one.
  send @17;         # value -> as `next`
  throwInto @18;    # exception -> as `next`
  close @19;        # [value] -> as `next` (a generator's `return`)
  aiter @20;        # -> asynchronous iterator
  anext @21;        # [value] -> awaitable
  await @22;        # (P) resolve, reject (JavaScript functions), [whether the task is wanted] -> none, or the task. In messages
                    # without arguments: the answer is what the awaitable gives, when it does
  repr @23;         # -> text
  str @24;          # -> text. (J) of a buffer: [encoding] -> its text, or null if it cannot be decoded (JP-buffer)
  typeName @25;     # -> text (PX-type)
  hash @26;         # -> int
  compare @27;      # value, operator as text -> bool
  isInstance @28;   # class -> bool
  identity @29;     # -> int that is equal for two handles of one object (JP-hash)
  toNative @30;     # depth, (J) [default converter] -> graph (TC-toJs, TC-toPy); what has no conversion is a `mine` leaf
  getBuffer @31;    # -> buffer description (PB-*): a graph, laid out in kernel/README.md
  putBuffer @32;
  releaseBuffer @33; # buffer view number -> none
  importModule @34; # (P) dotted name -> value (JS-pyimport). The target is ignored.
  eval @35;         # (P) source, keyword values, keyword names -> value (JS-runPython). The target is ignored.
  evalAsync @36;    # (P) as `eval`, gives an awaitable (JS-runPythonAsync)
  typeOf @37;       # (J) -> text, the result of `typeof`
  flags @38;        # -> int, the type flags of the object
  callOnce @39;     # (J) as `call` of a callable that JavaScript made for one use
  stats @40;        # (P) -> text (JSON): bufferViews, a number; handles: the indices of each type; memory: totalBytes, usedBytes
                    # and pythonBlocks, numbers
  fromGraph @41;    # graph -> value: the deep-converted copy, as an object of the callee. The target is ignored.
  proxyOf @42;      # (J) value, captureThis, roundtrip, once (bools) -> the JavaScript proxy of a Python object
                    # as a JavaScript object (CL-create_proxy, CL-create_once_callable). The target is ignored.
  callBound @43;    # (J) value of `this`, then as `call`. The target is the function (JP-getattr.method).
  ownProperties @44; # (J) "keys", "values" or "entries" -> the array that `Object.keys` ... gives (JP-object_keys)
  weakRef @45;      # (J) -> a WeakRef of the object (JP-to_weakref)
  unwrap @46;       # (J) -> the Python object inside a proxy that `proxyOf` made (JP-double)
  dispose @47;      # (J) asynchronous (bool) -> the result of `[Symbol.dispose]()`, `[Symbol.asyncDispose]()`
  makeError @48;    # (J) name, message, stack (texts) -> a new error (ER-pickle). The target is ignored.
  getMember @49;    # (P) name -> what the object's sync proxy has under the name (PX-attr, PX-dict, PX-seq.index): an item,
                    # `length` or an attribute. For clients that do not know the object yet (BY-pipeline).
  callMember @50;   # (P) name, then as `call` -> as the method of the object's sync proxy: `get`, `set`, `delete`, `has`,
                    # `includes` of what has them, else of what `getMember` gives
  setMember @51;    # (P) name, value -> none, as an assignment to the sync proxy: to an item or an attribute
  delMember @52;    # (P) name -> none, likewise
}

enum ValueTag {
  # How one value is marked, in a call frame and in a message.

  none @0;          # Python None
  jsNull @1;        # JavaScript null
  undefined @2;     # JavaScript undefined; Python reads it as None
  bool @3;
  int @4;           # an integer that a JavaScript Number holds exactly: |x| <= 2**53 - 1
  float @5;
  bigInt @6;        # two's complement, little-endian bytes
  text @7;
  blob @8;          # bytes
  yours @9;         # a handle exported by the receiver: the object goes home
  mine @10;         # a handle exported by the sender, which has counted one reference more
  graph @11;        # a deep-converted value, see `GraphKind`
  absent @12;       # an optional argument that was not given
}

enum TextEncoding {
  utf8 @0;
  latin1 @1;        # one byte a code point, all below U+0100
  utf16 @2;         # UTF-16 code units, little-endian; lone surrogates allowed
}

enum Status {
  # How a dispatched call ended.

  returned @0;      # slot 0 of the frame holds the value
  failed @1;        # the frame holds a failure
  stopped @2;       # the end of an iterator; slot 0 holds its return value
}

enum QuickEnd {
  # How a quick call of the in-page carrier ended, when not with a value.

  failed @0;        # the frame holds a failure
  miss @1;          # there is no such attribute, or (P) item
  same @2;          # (P) the attribute is what the client has in its place already
  noItem @3;        # (J) there is no such item
  stopped @4;       # (J) the iterator has ended; slot 0 holds its return value
}

enum FailureKind {
  # Why a call failed, for programs. The text beside it is for people.

  python @0;        # a Python exception
  javascript @1;    # a JavaScript exception
  canceled @2;
  timeout @3;
  interrupted @4;
  staleHandle @5;   # the handle was released, or never issued
  permission @6;
  limit @7;         # a limit was passed; the text names it, its value and what was found
  overloaded @8;
  disconnected @9;
  kernelDied @10;
  protocol @11;     # a malformed frame or message
  unsupported @12;  # the object or this side does not know the op
  wouldDeadlock @13;
  io @14;
  noAttribute @15;
  noItem @16;
  syncUnavailable @17;
  fatal @18;        # the interpreter is not usable any more
}

enum TypeFlag {
  # What objects of a type can do; the ordinal is the bit number. The flags choose the proxy's class, so that
  # making a proxy asks nothing back. PX-present (Python objects), JP-* (JavaScript objects).

  callable @0;
  hasLength @1;
  hasGet @2;
  hasSet @3;
  hasContains @4;
  iterable @5;
  iterator @6;
  generator @7;
  asyncIterable @8;
  asyncIterator @9;
  asyncGenerator @10;
  awaitable @11;
  buffer @12;
  dict @13;            # exactly dict; for JavaScript: a map (JP-map)
  sequence @14;
  mutableSequence @15;
  class @16;
  exception @17;
  jsArray @18;
  jsTypedArray @19;
  jsArrayLike @20;
  jsProxyOfPython @21; # a JavaScript proxy of a Python object (JP-double)
  jsDisposable @22;
  jsAsyncDisposable @23;
  once @24;            # a callable for one use
  mutableMap @25;
}

enum GraphKind {
  # A deep-converted value is a flat run of little-endian records in pre-order, each beginning with one 32-bit word
  # that holds its kind; every record is padded to 4 bytes. Containers are numbered from 0 as they appear, so that
  # shared and cyclic structure is told by `ref`: each record of a kind from `list` on takes one number (`ints`,
  # `floats` and `buffer` too). Written and read without recursion; a reader checks every
  # count against the bytes that are left (no record is shorter than one word).

  none @0;
  jsNull @1;
  undefined @2;
  false @3;
  true @4;
  int @5;           # float64 that is a safe integer
  float @6;         # float64
  bigInt @7;        # byte length, two's complement little-endian bytes
  text @8;          # TextEncoding, byte length, bytes
  yours @9;         # index, generation
  mine @10;         # index, generation, type flags
  ref @11;          # number of a container that appeared before
  list @12;         # count, then that many values
  tuple @13;        # as `list`
  set @14;          # as `list`
  dict @15;         # count, then that many pairs key, value
  object @16;       # as `dict`, keys are texts: a plain JavaScript object
  buffer @17;       # format (one ASCII character in a word, PB-format), item size, byte length, bytes: one dimension
  ints @18;         # count, then float64s that are all safe integers: a list of ints
  floats @19;       # count, then float64s: a list of floats
}

@0xb1d7c5e09a3f6428;
# The messages of krait between a client (a JavaScript program) and a kernel on another thread or in another process.
# One `Frame` is one single-segment Cap'n Proto message with the standard segment table, followed by its attachments. Its
# words are those of the vocabulary; ARCHITECTURE.md, "Messages", has the rules that no field can say. A number is never
# reused; a retired field keeps its number, renamed `obsoleteN`. A handle is two words, as in call frames: an index
# into the table of whoever exported the object, and the generation of that row; 0, 0 is never a handle.

using Cxx = import "/capnp/c++.capnp";
using Vocabulary = import "/kernel/base/vocabulary.capnp";
$Cxx.namespace("krait::wire");

annotation text @0xc2f3a1d05b7e8694 (group) :Void;
# The group holds `encoding :TextEncoding` and `bytes :Data`. TypeScript sees one string in its place.

annotation open @0xe61b0d4f7a92c835 (struct) :Void;
# Members of the union that a later minor version adds are told to the reader (`unknown`), not refused.

const protocolMagic :UInt32 = 0x5449524b;
# "KRIT", the first word of a Hello: tells a krait client from whatever else may find the port.

const protocolMajor :UInt16 = 1;
# Both sides must speak the same major version.

const protocolMinor :UInt16 = 0;
# Later minor versions only add: fields, members of open unions, ops, services, features.

# ---- frames ----------------------------------------------------------------------------------------------------------

struct Frame {
  # What one side sends at once. Its messages are applied in order.

  obsolete0 @0 :UInt64;

  acknowledged @1 :UInt64;
  # In a Welcome that resumes a session: how many packets of the client its kernel has. Both sides count what they send and
  # receive, from the first Hello and Welcome on; greetings that resume are not counted.

  messages @2 :List(Message);
  # At most `Limits.maxMessages`.

  attachments @3 :List(UInt32);
  # Byte lengths of the buffers that follow the message, each padded with zeros to a multiple of 8 bytes. On a port, where
  # buffers are transferred beside the frame, the same lengths in the same order.
}

struct Message $open {
  # One message. `return`, `signal`, `ping`, `pong` and `stream.credit` are urgent: they never wait for flow control.

  union {
    hello @0 :Hello;
    # Client → kernel, first, once. Nothing else is legal before its answer.

    welcome @1 :Welcome;
    # Kernel → client, the answer to `hello`, once the kernel is ready for calls.

    call @2 :Call;
    # Either way: asks something of an object or a service of the receiver.

    return @3 :Return;
    # The answer to a `call` of the receiver.

    finish @4 :Finish;
    # The sender of a call is done with its answer, or does not want it any more.

    release @5 :List(Release);
    # Gives back handles of the receiver. In force after all earlier messages of the sender.

    stream @6 :Stream;
    # A piece of a byte stream, or what steers it.

    signal @7 :Signal;
    # Cancels, interrupts or ends what runs.

    event @8 :Event;
    # Tells something that nobody asked for.

    ping @9 :UInt32;
    # To be answered by `pong` with the same number, even while Python runs.

    pong @10 :UInt32;
    # The answer to a `ping`.

    unimplemented @11 :Unimplemented;
    # The receiver of a message does not know its kind.

    bye @12 :Bye;
    # The last message of its sender. Everything pending fails with its reason.
  }
}

# ---- session ---------------------------------------------------------------------------------------------------------

struct Version {
  # A version of the protocol or of a service.

  major @0 :UInt16;  # Different majors do not understand each other.
  minor @1 :UInt16;  # A higher minor knows everything that a lower one does.
}

struct Hello {
  # What a client says of itself.

  magic @0 :UInt32;     # `protocolMagic`.
  version @1 :Version;  # The highest that the client speaks.
  minMajor @2 :UInt16;  # The lowest major that it speaks.
  features @3 :UInt32;  # Bits of `Feature` that it has.
  limits @4 :Limits;    # What it is willing to receive.
  token @5 :Data;       # What admits the client; at most 4096 bytes, empty where none is asked for.
  resume @6 :Resume;    # Asks for a session that lost its link; null for a new one.
  client @7 :Text;      # Name and version, for logs only; at most 256 bytes.
}

enum Feature {
  # What a side may or may not have; the ordinal is the bit number. In force is what both have.

  pipelining @0;     # Calls on answers that have not arrived (`Call.answer`, `Value.answer`).
  attachments @1;    # Buffers beside the frame.
  sharedMemory @2;   # `Value.sharedBlob`.
  resumption @3;     # `Hello.resume`, and the lane of the carriers.
  streams @4;        # `Message.stream`.
}

struct Resume {
  # Names a session of the past.

  session @0 :Data;      # `Welcome.session`.
  secret @1 :Data;       # `Welcome.resumeSecret`.
  received @2 :UInt64;   # How many packets of the kernel the client has, as `Frame.acknowledged` counts them.
}

struct Welcome {
  # What a kernel says of itself, and what it grants.

  version @0 :Version;        # The one in force: the lower of both sides.
  features @1 :UInt32;        # Bits of `Feature` in force.
  limits @2 :Limits;          # What the kernel is willing to receive.
  session @3 :Data;           # Name of the session, 16 bytes; no secret.
  epoch @4 :UInt32;           # Counts the kernels of the session: handles of another epoch are stale.
  resumeSecret @5 :Data;      # Empty where sessions cannot be resumed.
  resumeGraceMs @6 :UInt32;   # How long a session without a link is kept, in milliseconds.
  python @7 :Text;            # Version and platform, for people.
  services @8 :List(Service); # What this session may call.
  resumed @9 :Bool;           # The session of `Hello.resume` goes on; else it is a new one.
}

struct Service {
  # One service that a session may call.

  id @0 :UInt16;        # For `Call.service`.
  name @1 :Text;        # As its folder under services/ is named.
  version @2 :Version;  # Of the service's own schema.
}

struct Limits {
  # What a side takes. 0 stands for the default in brackets. What passes a limit fails with `limit` where a call is
  # known, else the link ends with a Bye that says so.

  maxFrameBytes @0 :UInt32;    # A frame without its attachments [16 MiB].
  maxInlineBytes @1 :UInt32;   # Longer blobs, graphs and texts are attachments [64 KiB].
  maxAttachedBytes @2 :UInt32; # All attachments of a frame together [1 GiB].
  maxMessages @3 :UInt32;      # In one frame [1024].
  maxNesting @4 :UInt16;       # Structs and lists inside each other [32].
  maxArguments @5 :UInt32;     # Values of one call [65536].
  maxCalls @6 :UInt32;         # Calls without an answer; one more is answered `overloaded` [1024].
  maxAnswers @7 :UInt32;       # Answers kept for pipelining [1024].
  maxHandles @8 :UInt32;       # Objects of the sender that are held at once [1048576].
  maxChainDepth @9 :UInt16;    # Calls inside each other on one chain, of both sides [128].
  maxStreams @10 :UInt16;      # Open streams [256].
  streamWindowBytes @11 :UInt32; # Credit that a stream begins with [256 KiB].
  maxCallBytes @12 :UInt32;    # Packets of calls that wait for their turn; beyond that they are answered `overloaded` [64 MiB].
}

struct Bye {
  # Why the link ends.

  reason @0 :Reason;    # For programs.
  failure @1 :Failure;  # For people; null when there is nothing to add. On a version mismatch it names both versions.
  restartable @2 :Bool; # A new kernel may be asked for in the same place.
}

enum Reason {
  # Why a link ends.

  normal @0;         # The sender closed it.
  protocolError @1;  # The receiver broke a rule, or speaks another version.
  limit @2;          # The receiver passed a limit and no call could tell.
  auth @3;           # The token was wrong, or missing.
  fatal @4;          # The interpreter cannot go on.
  outOfMemory @5;    # It passed its limit of memory.
  exited @6;         # Python ended by `sys.exit` at its top.
  shutdown @7;       # The server goes down.
  idle @8;           # The session was not used for too long.
  replaced @9;       # Another link resumed the session.
}

struct Unimplemented {
  # A message whose kind the receiver does not know, without its content.

  tag @0 :UInt16;     # Its union tag in `Message`.
}

# ---- values ----------------------------------------------------------------------------------------------------------

struct Value {
  # One value. The tags up to `absent` are those of `ValueTag` and mean the same.

  union {
    none @0 :Void;
    # Python None.

    jsNull @1 :Void;
    # JavaScript null.

    undefined @2 :Void;
    # JavaScript undefined.

    bool @3 :Bool;
    # True, False.

    int @4 :Float64;
    # A safe integer. Anything else in it is malformed.

    float @5 :Float64;
    # Any number.

    bigInt @6 :Data;
    # Two's complement, little-endian, at least one byte.

    text :group $text {
      # Text with all its code points, lone surrogates too.

      encoding @7 :Vocabulary.TextEncoding;  # Of `bytes`.
      bytes @8 :Data;                        # Unterminated.
    }

    blob @9 :Data;
    # Bytes.

    yours :group {
      # An object that the receiver exported goes home.

      index @10 :UInt32;       # Row of the receiver's table.
      generation @11 :UInt32;  # Of that row.
    }

    mine :group {
      # An object that the sender exports. Introduces it once: the receiver gives that back by `Release`.

      index @12 :UInt32;       # Row of the sender's table.
      generation @13 :UInt32;  # Of that row.
      flags @14 :UInt32;       # Bits of `TypeFlag`.
    }

    graph @15 :Data;
    # A deep-converted value: records of `GraphKind`.

    absent @16 :Void;
    # An optional argument that was not given.

    answer @17 :UInt32;
    # In arguments: the result of an earlier call of the sender, by its id. That call was sent with `keepAnswer`.

    attachedBlob @18 :UInt32;
    # As `blob`: position of the bytes in `Frame.attachments`.

    attachedGraph @19 :UInt32;
    # As `graph`: position of the records in `Frame.attachments`.

    sharedBlob :group {
      # Bytes in memory that both sides see. Feature `sharedMemory`.

      region @20 :UInt32;      # Which memory; 0 is the kernel's own.
      offsetBytes @21 :UInt32; # From the start of the region.
      byteLength @22 :UInt32;  # How many.
    }

    attachedText :group {
      # As `text`, for text that is too long for the frame.

      attachedEncoding @23 :Vocabulary.TextEncoding;  # Of the bytes.
      attachment @24 :UInt32;                         # Position of the bytes in `Frame.attachments`.
    }
  }
}

# ---- calls -----------------------------------------------------------------------------------------------------------

struct Call {
  # Asks `op` of an object of the receiver, or a method of a service.

  id @0 :UInt32;
  # Chosen by the sender; unique among its calls that wait for a return or whose answer is kept.

  chain @1 :UInt32;
  # The logical stack that the call belongs to. A root call opens a chain: odd numbers by the client, even ones by the
  # kernel. A call made while one is being served carries that one's chain. A side that waits serves its own chain only.

  depth @2 :UInt16;
  # Calls of the chain that this one is inside; at most `Limits.maxChainDepth`.

  op @3 :Vocabulary.Op;
  # What is asked of an object; of no meaning to a service.

  flags @4 :UInt16;
  # Bits of `CallFlag`.

  keywordCount @5 :UInt16;
  # The last `2 * keywordCount` arguments are keyword values, then as many keyword names (text).

  deadlineMs @6 :UInt32;
  # What runs longer than this is interrupted and fails with `timeout`; milliseconds from the receipt, 0 for none.

  union {
    object :group {
      # An object of the receiver; 0, 0 for ops that need none.

      index @7 :UInt32;       # Row of the receiver's table.
      generation @8 :UInt32;  # Of that row.
    }

    answer @9 :UInt32;
    # The result of an earlier call of the sender, by its id, whether it has been answered or not. That call was sent with
    # `keepAnswer`. If it failed, this one fails with the same failure.

    service :group {
      # A service of `Welcome.services`.

      serviceId @10 :UInt16;  # Which one.
      method @11 :UInt16;     # As the service's schema numbers it.
    }
  }

  path @12 :List(Text);
  # Members (Python objects: as of `getMember`; JavaScript objects: properties) that are followed from the target before
  # `op` is applied; empty for services. A name that UTF-8 cannot hold (lone surrogates) is asked for by calls instead.

  arguments @13 :List(Value);
  # Each op, and each method of a service, says which.
}

enum CallFlag {
  # How a call is to be run; the ordinal is the bit number.

  oneway @0;         # No return is sent. A failure becomes `Event.unhandled`.
  keepAnswer @1;     # The result may be named by later calls until the sender's `finish`.
  discardResult @2;  # The value is not wanted: the return carries none in its place.
  reentrant @3;      # May run on a stack that waits for another chain. For what runs no Python code of programs.
}

struct Return {
  # How a call ended.

  callId @0 :UInt32;
  # The `Call.id` of the receiver.

  union {
    value @1 :Value;
    # `Status.returned`.

    failure @2 :Failure;
    # `Status.failed`.

    stopped @3 :Value;
    # `Status.stopped`: the end of an iterator, with its return value.
  }
}

struct Finish {
  # The sender does not need the answer of its call any more.

  callId @0 :UInt32;
  # An id that the receiver does not know is ignored: returns and finishes cross.

  cancel @1 :Bool;
  # A call that has not begun is not run and fails with `canceled`. One that runs goes on; `Signal` interrupts it.
}

struct Release {
  # Gives back an object of the receiver.

  index @0 :UInt32;       # Row of the receiver's table.
  generation @1 :UInt32;  # Of that row. A stale handle is ignored.
  count @2 :UInt32;       # How many of its introductions.
}

struct Failure {
  # Why something could not be done. What is exact for programs are `kind`, `typeName`, `serial` and `errno`.

  kind @0 :Vocabulary.FailureKind;
  # For programs.

  typeName @1 :Value;
  # Of an exception (text), else none or null.

  message @2 :Value;
  # Text. Of a Python exception: its formatted traceback, causes and notes included.

  thrown @3 :Value;
  # What a JavaScript function threw: `mine` or `yours`, a text, or none.

  serial @4 :UInt32;
  # Not 0: the Python exception is kept as `sys.last_exc` under this number, so that it comes back as itself.

  errno @5 :Int32;
  # As POSIX numbers of the kernel's platform; 0 for none. For file systems and streams.

  cause @6 :Failure;
  # What led to it, where it was another failure; null for none. At most `Limits.maxNesting` deep.
}

# ---- signals, streams, events ----------------------------------------------------------------------------------------

struct Signal {
  # Reaches what runs. Travels in a frame of its own, apart from the order of other messages.

  kind @0 :Kind;
  # What to do.

  number @1 :UInt8;
  # Of the signal that Python is to see, for `interrupt`; 2 is SIGINT.

  nonce @2 :UInt32;
  # Comes back in `Event.signalTaken`; 0 asks for no answer.

  union {
    all @3 :Void;
    # Whatever runs.

    call @4 :UInt32;
    # One call of the sender, by its id; ignored when that one is over, so that a late signal hits nothing else.

    chain @5 :UInt32;
    # Everything on one chain.
  }

  enum Kind {
    # From the weakest to the strongest.

    cancel @0;     # As `Finish.cancel`.
    interrupt @1;  # Raises in Python what its handler of the signal raises: KeyboardInterrupt.
    terminate @2;  # Ends the kernel; the host kills one that does not obey.
  }
}

struct Stream {
  # Steers one stream of bytes. A sender never has more bytes under way than it has credit.

  id @0 :UInt32;
  # Chosen by who opens it; unique among the open streams of both sides: odd by the client, even by the kernel.

  union {
    open :group {
      # Begins a stream from the sender to the receiver, with `Limits.streamWindowBytes` of credit.

      callId @1 :UInt32;  # The call that it belongs to.
      name @2 :Text;      # What it is, for people; at most 256 bytes.
    }

    chunk @3 :Data;
    # The next bytes.

    attachedChunk @4 :UInt32;
    # As `chunk`: position of the bytes in `Frame.attachments`.

    credit @5 :UInt32;
    # The receiver may take that many bytes more.

    end @6 :Void;
    # No more bytes come.

    reset @7 :Failure;
    # The stream broke, or its receiver wants no more.
  }
}

struct Event $open {
  # Something that nobody asked for.

  union {
    log :group {
      # A line for the host's log.

      level @0 :UInt8;  # As Python's logging: 10 debug … 50 critical, divided by 10.
      line @1 :Text;    # Without a line end.
    }

    progress :group {
      # How far something has come.

      task @2 :Text;    # What, for people.
      done @3 :UInt64;  # In units of the task.
      total @4 :UInt64; # 0 when it is not known.
    }

    signalTaken @5 :UInt32;
    # The `Signal.nonce` of a signal that was obeyed.

    unhandled @6 :Failure;
    # What failed where nobody waits: a call `oneway`, a scheduled callback.

    fatal @7 :Failure;
    # The interpreter is dead; a Bye follows.

    busy @8 :Bool;
    # Whether callbacks are scheduled, which will run without being asked for. Told when it has changed and nothing runs.

    output :group {
      # What was written to a standard descriptor of the kernel's process other than by Python's own streams: by code in C, by
      # processes that it has started.

      descriptor @9 :UInt8; # 1 or 2.
      data @10 :Data;
    }
  }
}

// A hostile client: packets of any bytes reach a kernel through its session, in any order and at
// any time.
#include <Python.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "kernel/interpreter.h"
#include "proxy/krait-module.h"
#include "proxy/messages/message-client.h"

namespace {

using krait::Channel;
using krait::ChannelState;
using krait::Handle;
using krait::Packet;
using krait::PyRef;

/// What a client must not be able to do here, since the program runs with its user's rights:
/// whatever Python audits but memory.
int refuse(const char* event, PyObject*, void*) {
  static constexpr std::string_view kRefused[] = {"compile",    "exec",     "import",
                                                  "open",       "os.",      "subprocess.",
                                                  "socket.",    "ctypes.",  "shutil.",
                                                  "pty.",       "mmap.",    "signal.",
                                                  "sys.",       "gc.",      "code.",
                                                  "builtins.i", "marshal.", "pickle",
                                                  "cpython",    "_thread.", "object.__setattr__"};
  for (const std::string_view refused : kRefused) {
    if (!std::string_view(event).starts_with(refused)) continue;
    PyErr_SetString(PyExc_PermissionError, event);
    return -1;
  }
  return 0;
}

/// Hands the packets of one input to the kernel: what follows a 32-bit length, over and over.
class InputChannel final : public Channel {
 public:
  explicit InputChannel(std::span<const uint8_t> input) : input_(input) {}

  ChannelState send(std::span<const uint8_t> packet, krait::Lane) override {
    if (packet.size() < 16 || packet.size() % 8 != 0) std::abort();
    return isClosed_ ? ChannelState::closed : ChannelState::open;
  }
  ChannelState receive(Packet& packet, double) override {
    packet = next();
    return packet ? ChannelState::open : ChannelState::closed;
  }
  void schedule(Handle, double) override {}
  void close() override { isClosed_ = true; }

  Packet next() {
    if (isClosed_ || input_.size() < 4) return {};
    uint32_t byteLength;
    std::memcpy(&byteLength, input_.data(), 4);
    input_ = input_.subspan(4);
    const auto bytes = input_.first(std::min<size_t>(byteLength, input_.size()));
    input_ = input_.subspan(bytes.size());
    return Packet::copyOf(bytes);
  }

 private:
  std::span<const uint8_t> input_;
  bool isClosed_ = false;
};

/// Whom Python asks between two inputs: nobody.
class NoClient final : public krait::Client {
 public:
  krait::Result<PyRef> ask(krait::wire::Op, Handle, std::span<PyObject* const>, PyObject*,
                           PyRef*) override {
    return gone();
  }
  krait::Result<PyRef> deepCopy(PyObject*, int) override { return gone(); }
  void release(Handle, uint32_t) override {}
  krait::Result<void> schedule(PyRef, double) override { return gone(); }

 private:
  static krait::Error gone() { return {krait::wire::FailureKind::DISCONNECTED, "nobody is there"}; }
};

/// Objects of all kinds that a client may hold, in the rows 1, 2 … of the table.
constexpr const char* kObjects = R"(
class Thing:
    shape = 1
    def method(self, *args, **named): return args or self
    def __iter__(self): return iter((self, 1, 'a', 2.5, None))
    def __len__(self): return 3
    def __getitem__(self, key): return key
    def __contains__(self, key): return True
def numbers():
    while True:
        yield 1
async def numbers_later():
    yield 1
objects = [Thing(), Thing, Thing().method, numbers(), numbers_later(), {'a': [1, 2.5, None, {1}]},
           memoryview(bytearray(8)), lambda f, *args: f(*args), iter('abc'), 2 ** 70, ValueError('x')]
)";

struct FuzzedKernel {
  FuzzedKernel() {
    PyImport_AppendInittab("_krait", krait::initializeKraitModule);
    parts.objects.connect(nobody, parts.lastError);
    krait::InterpreterConfig config;
    config.executable = "fuzz";
    auto started = interpreter.start(config);
    if (!started) std::abort();
    PyRef names = PyRef::steal(PyDict_New());
    PyRef ran = PyRef::steal(PyRun_String(kObjects, Py_file_input, names.get(), names.get()));
    if (!ran || !PyRef::steal(PyImport_ImportModule("_krait"))) std::abort();
    objects = PyRef::borrow(PyDict_GetItemString(names.get(), "objects"));
    if (PySys_AddAuditHook(refuse, nullptr) < 0) std::abort();
  }

  void run(std::span<const uint8_t> input) {
    InputChannel channel(input);
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(objects.get()); i++) {
      if (!parts.table.insert(PyRef::borrow(PyList_GET_ITEM(objects.get(), i)))) std::abort();
    }
    {
      krait::SessionOptions options;
      options.limits.maxFrameBytes = 1 << 16;
      options.limits.maxAttachedBytes = 1 << 16;
      options.limits.maxCalls = 8;
      options.limits.maxAnswers = 8;
      krait::Session session(parts, channel, std::move(options));
      krait::MessageClient client(session, parts);
      parts.objects.connect(client, parts.lastError);
      while (Packet packet = channel.next()) session.receive(std::move(packet));
      if (session.depth() != 0 || PyErr_Occurred() != nullptr) std::abort();
      parts.objects.releaseRetired();
      parts.objects.connect(nobody, parts.lastError);
    }
    const auto dropped = parts.table.clear();
    for (const char* name : {"last_exc", "last_value", "last_type", "last_traceback"}) {
      PySys_SetObject(name, nullptr);
    }
    PyErr_Clear();
  }

  NoClient nobody;
  krait::KernelParts parts;
  krait::Interpreter interpreter;
  PyRef objects;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static auto* const kernel = new FuzzedKernel;
  kernel->run({data, size});
  return 0;
}

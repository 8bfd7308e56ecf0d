import assert from "node:assert/strict";
import { answerOf } from "../support/answers.ts";
import { startEchoServer } from "../support/echo-server.ts";
import { failsInPython } from "../support/failures.ts";
import { load, startKernel } from "../support/kernel.ts";
import { startTcpServer } from "../support/tcp-server.ts";
import { test } from "../support/test.ts";

const port = await startTcpServer();
const py = await startKernel();
await py.useNodeSockFS();
await py.runPython(`
import asyncio, errno, select, socket, time
loop = asyncio.get_event_loop()
address = ("127.0.0.1", ${port})

def failure(act, *args):
    try:
        act(*args)
    except OSError as error:
        return type(error).__name__, errno.errorcode.get(error.errno, "")
`);

const answer = (code: string) => answerOf(py, code);

test("JS-useNodeSockFS: before it there are no sockets, afterwards they connect; it can be repeated", async () => {
  const other = await load();
  const open = "import socket; socket.create_connection(('127.0.0.1', PORT)).close()";
  const code = open.replace("PORT", String(port));

  await failsInPython(() => other.runPython(code), "OSError");
  await other.useNodeSockFS();
  await other.useNodeSockFS();
  await other.runPython(code);
});

test("JS-useNodeSockFS: a blocking socket sends and receives, in parts and to the end", async () => {
  const result = await answer(`
    with socket.create_connection(address) as sock:
        sent = bytes(range(256)) * 8000
        sock.sendall(sent[:5])
        peeked = sock.recv(3, socket.MSG_PEEK)
        first = sock.recv(5, socket.MSG_WAITALL)
        count = 0
        sock.setblocking(False)
        got = bytearray()
        while len(got) < len(sent):
            if count < len(sent):
                try: count += sock.send(sent[count:])
                except BlockingIOError: pass
            readable, _, _ = select.select([sock], [], [], 10)
            got += sock.recv(1 << 20) if readable else b""
        sock.setblocking(True)
        sock.shutdown(socket.SHUT_WR)
        ends = [len(sock.recv(1)), len(sock.recv(1))]
    [peeked == sent[:3], first == sent[:5], bytes(got) == sent, ends]
  `);

  assert.deepEqual(result, [true, true, true, [0, 0]]);
});

test("JS-useNodeSockFS: both ends have addresses; options are kept; sendmsg and recvmsg take parts", async () => {
  const result = await answer(`
    with socket.create_connection(address) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        options = [
            sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY),
            sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE),
            sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR),
            sock.getsockopt(socket.SOL_SOCKET, socket.SO_TYPE) == socket.SOCK_STREAM,
        ]
        sock.sendmsg([b"ab", b"", b"cde"])
        got = sock.recv(5, socket.MSG_WAITALL)
        sock.sendmsg([b"fghij"])
        select.select([sock], [], [], 10)
        parts = [bytearray(2), bytearray(3)]
        count = sock.recvmsg_into(parts)[0]
        ends = [sock.getpeername() == address, sock.getsockname()[0]]
    [*ends, options, got == b"abcde", count, b"".join(parts).decode()]
  `);

  assert.deepEqual(result, [true, "127.0.0.1", [1, 1, 0, true], true, 5, "fghij"]);
});

test("JS-useNodeSockFS: time-outs, refused and reset connections, unknown hosts raise what CPython raises", async () => {
  const result = await answer(`
    quiet = socket.create_connection(address)
    quiet.sendall(b"quiet")
    quiet.settimeout(0.1)
    start = time.monotonic()
    late = failure(quiet.recv, 1)
    waited = time.monotonic() - start
    quiet.close()
    reset = socket.create_connection(address)
    reset.sendall(b"reset")
    broken = failure(reset.recv, 1)
    after = failure(reset.send, b"x")
    reset.close()
    fresh = socket.socket()
    unconnected = failure(fresh.recv, 1), failure(fresh.send, b"x"), failure(fresh.getpeername)
    served = failure(fresh.bind, ("127.0.0.1", 0))
    fresh.close()
    closed = failure(fresh.recv, 1)
    [late[0], 0.09 < waited < 5, broken[0], after[0], [name for _, name in unconnected], served[1], closed[1],
     failure(socket.create_connection, ("127.0.0.1", 1))[0],
     failure(socket.create_connection, ("no-such-host.invalid", 80))[1],
     failure(socket.socket, socket.AF_INET, socket.SOCK_DGRAM)[1]]
  `);

  assert.deepEqual(result, [
    ...["TimeoutError", true, "ConnectionResetError", "BrokenPipeError"],
    ["ENOTCONN", "ENOTCONN", "ENOTCONN"],
    ...["ENOTSUP", "EBADF", "ConnectionRefusedError", "EHOSTUNREACH", "EPROTONOSUPPORT"],
  ]);
});

test("JS-useNodeSockFS: select and poll tell what is ready, and wait as long as they are told", async () => {
  const result = await answer(`
    with socket.create_connection(address) as sock:
        poll = select.poll()
        poll.register(sock, select.POLLIN | select.POLLOUT)
        writable = [events for _, events in poll.poll()]
        start = time.monotonic()
        nothing = select.select([sock], [], [], 0.1), select.select([], [], [], 0.1)
        waited = time.monotonic() - start
        sock.sendall(b"x")
        readable = len(select.select([sock], [], [sock], 10)[0])
        closed = select.poll()
        closed.register(400, select.POLLIN)
    [writable, [len(part) for three in nothing for part in three], 0.19 < waited < 5, readable,
     failure(select.select, [400], [], [])[1], closed.poll()[0][1] == select.POLLNVAL]
  `);

  assert.deepEqual(result, [[4], [0, 0, 0, 0, 0, 0], true, 1, "EBADF", true]);
});

test("JS-useNodeSockFS: a wait sleeps, also when a socket has news that nobody reads", async () => {
  await py.runPython(`
sock = socket.create_connection(address)
sock.sendall(b"news")
time.sleep(0.1)
`);
  const before = process.cpuUsage();
  await py.runPython("_ = select.select([], [], [], 0.5)");
  const { user, system } = process.cpuUsage(before);
  await py.runPython("sock.close()");

  assert.ok((user + system) / 1000 < 300, `${(user + system) / 1000} ms of the processor`);
});

test("WL-sockets: streams of asyncio work, many at once", async () => {
  const result = await answer(`
    async def ask(number):
        reader, writer = await asyncio.open_connection(*address)
        writer.write(b"%d\\n" % number)
        await writer.drain()
        line = await reader.readline()
        writer.write_eof()
        end = await reader.read()
        writer.close()
        await writer.wait_closed()
        return int(line), end
    [number for number, end in await asyncio.gather(*map(ask, range(20))) if end == b""]
  `);

  assert.deepEqual(
    result,
    Array.from({ length: 20 }, (_, i) => i),
  );
});

test("WL-sockets: the methods for sockets work, also with more than fits at once", async () => {
  const result = await answer(`
    sock = socket.socket()
    sock.setblocking(False)
    await loop.sock_connect(sock, address)
    size = 3_000_000
    sending = asyncio.create_task(loop.sock_sendall(sock, b"z" * size))
    count = 0
    while count < size:
        count += len(await loop.sock_recv(sock, 1 << 16))
    await sending
    await loop.sock_sendall(sock, b"abcd")
    into = bytearray(4)
    got = await loop.sock_recv_into(sock, into)
    sock.close()
    [count, got, into.decode()]
  `);

  assert.deepEqual(result, [3_000_000, 4, "abcd"]);
});

test("WL-sockets: what fails raises; there is no TLS; a wait can be cancelled", async () => {
  const result = await answer(`
    kinds = []
    for options in ({"port": 1}, {"port": 1, "ssl": True}):
        try:
            await loop.create_connection(asyncio.Protocol, "127.0.0.1", **options)
        except Exception as error:
            kinds.append(type(error).__name__)
    reader, writer = await asyncio.open_connection(*address)
    writer.write(b"quiet")
    try:
        async with asyncio.timeout(0.1):
            await reader.read(1)
    except TimeoutError:
        kinds.append("late")
    writer.close()
    kinds
  `);

  assert.deepEqual(result, ["ConnectionRefusedError", "NotImplementedError", "late"]);
});

test("WL-sockets: a program speaks HTTP with a server of the same thread", async () => {
  const url = await startEchoServer();
  const result = await answer(`
    reader, writer = await asyncio.open_connection("127.0.0.1", ${new URL(url).port})
    writer.write(b"GET /status/404 HTTP/1.0\\r\\n\\r\\n")
    lines = (await reader.read()).decode().splitlines()
    writer.close()
    [lines[0].split()[1], lines[-1]]
  `);

  assert.deepEqual(result, ["404", "body of 404"]);
});

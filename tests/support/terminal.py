"""Plays a user at a terminal: runs a command in a pseudo-terminal, waits for texts and types others.

usage: terminal.py COMMAND… with a JSON list of steps on standard input: ["see", TEXT] waits for
TEXT in the output from there on, ["type", TEXT] types it, ["size", ROWS, COLUMNS] resizes. Prints JSON:
{"output": …, "status": …}, and "missed": TEXT when that did not come; the command is ended then.
"""

import fcntl
import json
import os
import pty
import select
import signal
import struct
import sys
import termios
import time

LIMIT_SECONDS = 20


class Terminal:
    """A command in a pseudo-terminal."""

    def __init__(self, command: list[str]):
        self.output = b""
        self.read_until = 0
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execvp(command[0], command)

    def resize(self, rows: int, columns: int) -> None:
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def type(self, text: str) -> None:
        os.write(self.fd, text.encode())

    def see(self, text: str) -> bool:
        """Waits for a text behind the one seen last; false when it does not come."""
        deadline = time.monotonic() + LIMIT_SECONDS
        wanted = text.encode()
        while (at := self.output.find(wanted, self.read_until)) < 0:
            if not self.receive(deadline):
                return False
        self.read_until = at + len(wanted)
        return True

    def receive(self, deadline: float) -> bool:
        """Takes what there is to read; false at the deadline or at the end."""
        ready, _, _ = select.select([self.fd], [], [], max(0, deadline - time.monotonic()))
        try:
            data = os.read(self.fd, 65536) if ready else b""
        except OSError:  # how Linux tells that the other end was closed
            data = b""
        self.output += data
        return bool(data)

    def close(self) -> int:
        """Waits for the command to end, and ends it at the deadline. Answers its exit status."""
        deadline = time.monotonic() + LIMIT_SECONDS
        while self.receive(deadline):
            pass
        if time.monotonic() >= deadline:
            self.end()
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def end(self) -> None:
        os.kill(self.pid, signal.SIGKILL)


def play(terminal: Terminal, steps: list[list]) -> str | None:
    """Goes through the steps; the text that did not come, if so."""
    for step, *values in steps:
        if step == "type":
            terminal.type(*values)
        elif step == "size":
            terminal.resize(*values)
        elif not terminal.see(*values):
            terminal.end()
            return values[0]
    return None


def main() -> None:
    steps = json.load(sys.stdin)
    terminal = Terminal(sys.argv[1:])
    missed = play(terminal, steps)
    status = terminal.close()
    output = terminal.output.decode(errors="replace")
    json.dump({"missed": missed, "status": status, "output": output}, sys.stdout)


if __name__ == "__main__":
    main()

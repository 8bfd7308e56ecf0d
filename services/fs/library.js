// Part of the Emscripten glue: where its file system differs from what POSIX and the rules FS-* say.

addToLibrary({
  $kraitFiles__deps: ["$FS", "$SYSCALLS", "$ERRNO_CODES", "$UTF8ToString"],
  $kraitFiles__postset: "kraitFiles();",
  $kraitFiles: () => {
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    const fail = (name) => {
      throw new FS.ErrnoError(ERRNO_CODES[name]);
    };

    // A file is what its descriptor is open on, also when it was renamed or removed since.
    FS.fstat = (fd) => {
      const { node, nfd } = FS.getStreamChecked(fd);
      if (nfd !== undefined && node.mount.type === FS.filesystems["NODEFS"]) {
        return fs.fstatSync(nfd);
      }
      if (node.node_ops.getattr) return node.node_ops.getattr(node);
      const time = new Date(node.timestamp ?? 0);
      return {
        dev: 1,
        ino: node.id,
        mode: node.mode,
        nlink: 1,
        uid: 0,
        gid: 0,
        rdev: node.rdev ?? 0,
        size: 0,
        atime: time,
        mtime: time,
        ctime: time,
        blksize: 4096,
        blocks: 0,
      };
    };

    // A view of wider elements is written byte by byte (FS-readFile).
    const { writeFile } = FS;
    FS.writeFile = (path, data, options) => {
      const isWide = ArrayBuffer.isView(data) && data.BYTES_PER_ELEMENT !== 1;
      const bytes = isWide
        ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
        : data;
      writeFile(path, bytes, { ...options });
    };

    // A name of bytes that are no UTF-8 is refused, where Emscripten would make another name of it.
    SYSCALLS.getStr = (address) => {
      let end = address;
      let bits = 0;
      while (HEAPU8[end] !== 0) bits |= HEAPU8[end++];
      if (bits < 0x80) return UTF8ToString(address, end - address);
      try {
        return decoder.decode(HEAPU8.slice(address, end));
      } catch {
        return fail("EILSEQ");
      }
    };
  },

  // See status-flags-emscripten.cc.
  krait_set_status_flags__deps: ["$FS", "$ERRNO_CODES"],
  krait_set_status_flags: (fd, flags) => {
    const stream = FS.getStream(fd);
    if (!stream) return ERRNO_CODES.EBADF;
    const changeable = 0o2000 | 0o4000; // O_APPEND, O_NONBLOCK
    stream.flags = (stream.flags & ~changeable) | (flags & changeable);
    return 0;
  },

  __syscall_fstat64__deps: ["$kraitFiles"],
  // Emscripten gives its own system calls this `catch`, and what is written here none.
  __syscall_fstat64: (fd, address) => {
    try {
      return SYSCALLS.doStat(() => FS.fstat(fd), "", address);
    } catch (error) {
      const errno = error.errno > 0 ? error.errno : ERRNO_CODES[error.code];
      if (errno === undefined) throw error;
      return -errno;
    }
  },
});

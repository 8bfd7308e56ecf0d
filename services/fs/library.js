// Part of the Emscripten glue: where its file system differs from what POSIX and the rules FS-* say.

addToLibrary({
  $kraitFiles__deps: [
    "$FS",
    "$MEMFS",
    "$PATH",
    "$PATH_FS",
    "$SYSCALLS",
    "$ERRNO_CODES",
    "$UTF8ToString",
    "$FS_modeStringToFlags",
  ],
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

    // Both times are kept. With one of them, the later, a copy of a file would be as new as its last use.
    FS.utime = (path, atime, mtime) => {
      const { node } = FS.lookupPath(path, { follow: true });
      const stat = node.node_ops.getattr(node);
      // -1: the one that there is.
      const accessed = atime === -1 ? stat.atime.getTime() : atime;
      const modified = mtime === -1 ? stat.mtime.getTime() : mtime;
      const { type, opts } = node.mount;
      if (type === FS.filesystems["NODEFS"]) {
        type.tryFSOperation(() =>
          fs.utimesSync(type.realPath(node), new Date(accessed), new Date(modified)),
        );
      } else if (type === FS.filesystems["PROXYFS"]) {
        opts.fs.utime(type.realPath(node), accessed, modified);
      } else {
        node.node_ops.setattr(node, { timestamp: modified });
        node.kraitAccessed = accessed;
      }
    };
    for (const { node: operations } of Object.values(MEMFS.ops_table)) {
      const { getattr } = operations;
      operations.getattr = (node) => {
        const stat = getattr(node);
        if (node.kraitAccessed !== undefined) stat.atime = new Date(node.kraitAccessed);
        return stat;
      };
    }

    // Who may do what, and whose it is, can change without the content: its time stays.
    const changeable = (path, isLinkMeant) => {
      const node =
        typeof path === "string" ? FS.lookupPath(path, { follow: !isLinkMeant }).node : path;
      if (!node.node_ops.setattr) fail("EPERM");
      return node;
    };
    FS.chmod = (path, mode, isLinkMeant) => {
      const node = changeable(path, isLinkMeant);
      node.node_ops.setattr(node, { mode: (mode & 0o7777) | (node.mode & ~0o7777) });
    };
    FS.chown = (path, _uid, _gid, isLinkMeant) => void changeable(path, isLinkMeant);

    // What is no folder holds nothing, whoever asks.
    const { mayCreate } = FS;
    FS.mayCreate = (parent, name) =>
      FS.isDir(parent.mode) ? mayCreate(parent, name) : ERRNO_CODES["ENOTDIR"];

    const CREATE = 0o100;
    const NOT_WHAT_A_LINK_NAMES = 0o200 | 0o400000; // O_EXCL, O_NOFOLLOW
    const MAX_LINKS = 40;
    const lookedUp = (path, follow) => {
      try {
        return FS.lookupPath(path, { follow }).node;
      } catch (error) {
        if (error.errno === ERRNO_CODES["ENOENT"]) return undefined;
        throw error;
      }
    };
    /** The path of the file to make: what a link names that is not there, and no folder. */
    const pathToMake = (path, links = 0) => {
      if (links > MAX_LINKS) fail("ELOOP");
      if (lookedUp(path, true) !== undefined) return path;
      if (path.endsWith("/")) fail("EISDIR");
      const link = lookedUp(path, false);
      if (link === undefined || !FS.isLink(link.mode)) return path;
      const named = PATH_FS.resolve(PATH.dirname(path), link.node_ops.readlink(link));
      return pathToMake(named, links + 1);
    };
    // A link says what it was made of; Emscripten makes an absolute path of that.
    FS.readlink = (path) => {
      const { node } = FS.lookupPath(path);
      if (!node.node_ops.readlink) fail("EINVAL");
      return node.node_ops.readlink(node);
    };

    // The node of a file that another one has replaced must not be found by its name any more.
    const { rename } = FS;
    FS.rename = (from, to) => {
      const [moved, replaced] = [from, to].map((path) => {
        try {
          return lookedUp(path, false);
        } catch {
          return undefined; // `rename` says what is wrong
        }
      });
      rename(from, to);
      if (replaced !== undefined && replaced !== moved) FS.hashRemoveNode(replaced);
    };

    const { open } = FS;
    FS.open = (path, flags, mode) => {
      const bits = typeof flags === "string" ? FS_modeStringToFlags(flags) : flags;
      const isMade = typeof path === "string" && path !== "" && (bits & CREATE) !== 0;
      const follows = (bits & NOT_WHAT_A_LINK_NAMES) === 0;
      return open(isMade && follows ? pathToMake(path) : path, flags, mode);
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

import type { GlueModule } from "./glue.ts";

interface FileSystemNode {
  node_ops: object;
  stream_ops: object;
}

/**
 * Lets a folder of the host hold sockets, pipes and devices: they are seen and have their `stat`, and cannot be opened
 * (ENXIO). Emscripten's own NODEFS refuses to look such an entry up, and with it to list the whole folder (EINVAL).
 */
export function showSpecialFiles({ FS, ERRNO_CODES }: GlueModule): void {
  const { NODEFS } = FS.filesystems;
  const closedOps = {
    ...NODEFS.stream_ops,
    open() {
      throw new FS.ErrnoError(ERRNO_CODES.ENXIO);
    },
  };
  NODEFS.createNode = (parent: FileSystemNode, name: string, mode: number): FileSystemNode => {
    const node = FS.createNode(parent, name, mode);
    const isOrdinary = FS.isFile(mode) || FS.isDir(mode) || FS.isLink(mode);
    node.node_ops = NODEFS.node_ops;
    node.stream_ops = isOrdinary ? NODEFS.stream_ops : closedOps;
    return node;
  };
}

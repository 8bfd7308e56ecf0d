import { SocketChannel } from "../transport/socket-channel.ts";
import type { ServerAddress } from "./address.ts";
import { connectBytes } from "./connect-bytes.ts";
import { SessionResumption } from "./session-resumption.ts";

/** Opens a channel to a server, which outlives its connection where the server offers that. */
export async function connectChannel(address: ServerAddress): Promise<SocketChannel> {
  return new SocketChannel(await connectBytes(address), new SessionResumption(address));
}

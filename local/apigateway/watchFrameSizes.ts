import type { Duplex } from 'node:stream';

/**
 * Reads the frame headers of what a WebSocket client sends (RFC 6455, section 5.2), and calls `tooLarge` when one announces more payload
 * than `limit`. `ws` itself limits messages only.
 */
export function watchFrameSizes(socket: Duplex, limit: number, tooLarge: () => void): void {
  let unread = Buffer.alloc(0);
  /** Bytes of a payload that is still to come. */
  let skip = 0;
  const read = (chunk: Buffer) => {
    if (skip >= chunk.length) {
      skip -= chunk.length;
      return;
    }
    unread = Buffer.concat([unread, chunk.subarray(skip)]);
    skip = 0;
    for (let frame = readFrame(unread); frame; frame = readFrame(unread)) {
      if (frame.payload > limit) {
        socket.off('data', read);
        return tooLarge();
      }
      const end = frame.header + frame.payload;
      skip = Math.max(0, end - unread.length);
      unread = unread.subarray(end);
    }
  };
  socket.prependListener('data', read);
}

/** Lengths of a frame's header and payload; undefined until enough of the header is there. */
function readFrame(bytes: Buffer): { header: number; payload: number } | undefined {
  const second = bytes[1];
  if (second === undefined) return undefined;
  const short = second & 0x7f;
  const extended = short === 126 ? 2 : short === 127 ? 8 : 0;
  if (bytes.length < 2 + extended) return undefined;
  const payload = extended === 0 ? short : extended === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  return { header: 2 + extended + (second & 0x80 ? 4 : 0), payload };
}

package dev.streamgauge.telemetry;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Where lines go. For one thread, which may be kept waiting for as long as the target likes. */
final class LogTarget {
  /** Standard output that another process made non-blocking says "not now": then we wait. */
  private static final long NOT_NOW_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final @Nullable Path path;
  private WritableByteChannel channel;
  private @Nullable Object fileKey;
  private boolean midLine;

  private LogTarget(@Nullable Path path, WritableByteChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  static LogTarget channel(WritableByteChannel channel) {
    return new LogTarget(null, channel);
  }

  /** A file that is appended to, and opened anew when it is not there any more under its name. */
  static LogTarget file(Path path) throws IOException {
    LogTarget target = new LogTarget(path, open(path));
    target.fileKey = fileKey(path);
    return target;
  }

  /** Writes whole lines; after a failure inside a line the next one starts on a new line. */
  void write(byte[] lines, int length) throws IOException {
    reopenIfMoved();
    if (midLine) {
      writeAll(ByteBuffer.wrap(new byte[] {'\n'}));
      midLine = false;
    }
    ByteBuffer left = ByteBuffer.wrap(lines, 0, length);
    try {
      writeAll(left);
    } finally {
      int written = left.position();
      midLine = written > 0 && lines[written - 1] != '\n';
    }
  }

  void close() throws IOException {
    if (path != null) {
      channel.close();
    }
  }

  private void writeAll(ByteBuffer left) throws IOException {
    while (left.hasRemaining()) {
      if (channel.write(left) == 0) {
        LockSupport.parkNanos(NOT_NOW_NANOS);
      }
    }
  }

  private void reopenIfMoved() throws IOException {
    if (path == null) {
      return;
    }
    Object now = fileKey(path);
    if (now == null || !now.equals(fileKey)) {
      WritableByteChannel old = channel;
      channel = open(path);
      fileKey = fileKey(path);
      midLine = false;
      old.close();
    }
  }

  private static FileChannel open(Path path) throws IOException {
    return FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** The inode; null if there is no such file. */
  private static @Nullable Object fileKey(Path path) {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    } catch (IOException notThere) {
      return null;
    }
  }
}

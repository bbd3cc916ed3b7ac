package dev.streamgauge.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Why a file could not be used, in a few words; Java's own message is often its name alone. */
public final class FileFault {
  private FileFault() {}

  public static String text(IOException fault) {
    return switch (fault) {
      case NoSuchFileException _ -> "no such file or folder";
      case AccessDeniedException _ -> "permission denied";
      case CharacterCodingException _ -> "it is not UTF-8";
      case FileSystemException named when named.getReason() != null -> named.getReason();
      case IOException other when other.getMessage() != null -> other.getMessage();
      default -> fault.getClass().getSimpleName();
    };
  }
}

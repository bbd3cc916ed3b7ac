package dev.streamgauge.proxy.http2;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import org.jspecify.annotations.Nullable;

/**
 * A head or a trailer of a client as its fields; of one above the limit those that stood before it,
 * so that it can be refused to who asked: by gRPC's rules a call, without a body HEAD.
 */
public final class ClientFields extends DefaultHttp2Headers {
  private boolean cut;

  private ClientFields(boolean validated, int sizeGuess) {
    super(validated, validated, sizeGuess);
  }

  /** Whether there was more than the limit allows. */
  boolean cut() {
    return cut;
  }

  /** Unpacks; to the end above the limit, too, or HPACK's table would get out of step. */
  public static DefaultHttp2HeadersDecoder decoder(boolean validated, long bytesMax) {
    return new Decoder(validated, bytesMax);
  }

  private static final class Decoder extends DefaultHttp2HeadersDecoder {
    /** What is being unpacked; held no longer, for it may be large. */
    private @Nullable ClientFields made;

    private Decoder(boolean validated, long bytesMax) {
      super(validated, bytesMax);
    }

    @Override
    protected Http2Headers newHeaders() {
      ClientFields fields = new ClientFields(validateHeaders(), numberOfHeadersGuess());
      made = fields;
      return fields;
    }

    @Override
    public Http2Headers decodeHeaders(int streamId, ByteBuf block) throws Http2Exception {
      try {
        return super.decodeHeaders(streamId, block);
      } catch (Http2Exception.HeaderListSizeException e) {
        ClientFields fields = made;
        if (fields == null) {
          throw e;
        }
        fields.cut = true;
        return fields;
      } finally {
        made = null;
      }
    }
  }
}

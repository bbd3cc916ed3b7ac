# The image of streamgauge: the program, the launcher, a trimmed Java and an ahead-of-time cache.
# Needs nothing writable and no root:
#   docker run --read-only --user 65532:65532 IMAGE proxy --upstream http://127.0.0.1:8000
ARG BUILD_IMAGE=eclipse-temurin:25-jdk
ARG RUN_IMAGE=debian:12-slim

FROM ${BUILD_IMAGE} AS build
# off: where the build cannot run the program, as under emulation
ARG AOT=on
ENV PATH="${PATH}:/opt/java/openjdk/bin"
WORKDIR /src
COPY . .
# whether the sources are well formatted is no matter of the image's
RUN MAVEN_ARGS=-Dspotless.check.skip=true ./build jar

# Only the modules that the program uses. The modules that jdeps cannot see: netty reaches for
# jdk.unsupported by reflection.
RUN set -eu; cd cli/target; \
    modules=$(jdeps --multi-release 25 --ignore-missing-deps --print-module-deps streamgauge.jar lib/*.jar \
      | tail -n 1); \
    jlink --add-modules "$modules,jdk.unsupported" --strip-java-debug-attributes --no-header-files \
      --no-man-pages --compress zip-0 --output /opt/jre

# The native transport lies unpacked beside the program: at run time nothing is written.
RUN set -eu; mkdir -p /opt/streamgauge/app/native /opt/streamgauge/bin /tmp/native; \
    cp -p bin/streamgauge /opt/streamgauge/bin/; \
    cp -rp cli/target/streamgauge.jar cli/target/lib /opt/streamgauge/app/; \
    case $(uname -m) in x86_64) arch=x86_64 ;; aarch64) arch=aarch_64 ;; esac; \
    cd /tmp/native; \
    jar xf /opt/streamgauge/app/lib/netty-transport-native-epoll-*-linux-"$arch".jar; \
    cp META-INF/native/*.so /opt/streamgauge/app/native/

# Trained at the place where it will lie, by the Java that will run it.
RUN set -eu; if [ "$AOT" = on ]; then \
      STREAMGAUGE_JAVA=/opt/jre/bin/java java cli/src/aot/TrainingRun.java \
        /opt/streamgauge/bin/streamgauge /opt/streamgauge/app/streamgauge.aot; \
      STREAMGAUGE_JAVA=/opt/jre/bin/java java cli/src/aot/CacheCheck.java /opt/streamgauge/bin/streamgauge; \
    fi

FROM ${RUN_IMAGE}
ARG VERSION=0.1.0-SNAPSHOT
LABEL org.opencontainers.image.title="streamgauge" \
      org.opencontainers.image.description="A sidecar reverse proxy that times the token streams of LLM model servers" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}"
COPY --from=build /opt/jre /opt/jre
COPY --from=build /opt/streamgauge /opt/streamgauge
ENV STREAMGAUGE_JAVA=/opt/jre/bin/java
# With --gpus NVIDIA's runtime then brings NVML alone, and not CUDA.
ENV NVIDIA_DRIVER_CAPABILITIES=utility
USER 65532:65532
EXPOSE 8080 9464
STOPSIGNAL SIGTERM
# It sees the environment, not the proxy's command line: an address other than 9464 is set by
# STREAMGAUGE_ADMIN.
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s CMD ["/opt/streamgauge/bin/streamgauge", "health"]
ENTRYPOINT ["/opt/streamgauge/bin/streamgauge"]
CMD ["proxy"]

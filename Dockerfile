# The image of streamgauge: the program, the launcher, a trimmed Java and an ahead-of-time cache.
# Needs nothing writable and no root:
#   docker run --read-only --user 65532:65532 IMAGE proxy --upstream http://127.0.0.1:8000
ARG BUILD_IMAGE=eclipse-temurin:25-jdk
ARG RUN_IMAGE=debian:12-slim

FROM ${BUILD_IMAGE} AS build
# off: where the build cannot run the program, as under emulation
ARG AOT=on
# every file's time: two builds of the same sources give the same layers, but for the cache's
ARG SOURCE_DATE_EPOCH=1767225600
ENV PATH="${PATH}:/opt/java/openjdk/bin"
WORKDIR /src
COPY . .
# whether the sources are well formatted is no matter of the image's
RUN MAVEN_ARGS=-Dspotless.check.skip=true ./build jar

# Only the modules that the program reaches. What jdeps finds beside these is never reached: Jackson looks for java.desktop
# and java.sql and does without, netty for JFR, which the launcher switches off. Within them not the tables of East Asian
# character sets (all that is read is UTF-8), the names of characters, translations of the JDK's tools, a web server, and what
# the optimising compiler sorts large arrays and does vector sums with.
RUN set -eu; \
    charsets='regex:/java.base/sun/nio/cs/(GB18030|GBK|EUC_|Big5|HKSCS|Johab|MS9|SJIS|JIS_X|PCK|IBM9).*'; \
    translations='regex:.*_(de|es|fr|it|ja|ko|pt_BR|sv|zh_CN|zh_HK|zh_TW)\.(class|properties)'; \
    jlink --add-modules java.base,java.logging,java.management,java.naming,java.net.http,jdk.httpserver,jdk.unsupported \
      --exclude-resources "$charsets,$translations,/java.base/java/lang/uniName.dat" \
      --strip-java-debug-attributes --no-header-files --no-man-pages --compress zip-9 --output /opt/jre; \
    rm -f /opt/jre/lib/classlist /opt/jre/lib/jrt-fs.jar /opt/jre/lib/src.zip /opt/jre/bin/jwebserver \
      /opt/jre/lib/libsimdsort.so /opt/jre/lib/libsleef.so; \
    command -v strip > /dev/null || { apt-get update -q && apt-get install -y -q --no-install-recommends binutils; } > /dev/null; \
    find /opt/jre -name '*.so' -exec strip --strip-unneeded {} +

# The native transport lies unpacked beside the program: at run time nothing is written.
RUN set -eu; mkdir -p /opt/streamgauge/app/native /opt/streamgauge/bin /tmp/native; \
    cp -p bin/streamgauge /opt/streamgauge/bin/; \
    cp -rp cli/target/streamgauge.jar cli/target/lib /opt/streamgauge/app/; \
    cp -p LICENSE cli/target/bom.json /opt/streamgauge/; \
    case $(uname -m) in x86_64) arch=x86_64 ;; aarch64) arch=aarch_64 ;; esac; \
    cd /tmp/native; \
    jar xf /opt/streamgauge/app/lib/netty-transport-native-epoll-*-linux-"$arch".jar; \
    cp META-INF/native/*.so /opt/streamgauge/app/native/; \
    rm /opt/streamgauge/app/lib/netty-transport-native-epoll-*-linux-*.jar; \
    find /opt/jre /opt/streamgauge -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +

# Trained at the place where it will lie, by the Java that will run it. A layer of its own: what a training run meets is never
# quite the same.
RUN set -eu; cache=/image/cache/opt/streamgauge/app; mkdir -p $cache /image/jre/opt /image/program/opt; \
    cp -a /opt/jre /image/jre/opt/; cp -a /opt/streamgauge /image/program/opt/; \
    if [ "$AOT" = on ]; then \
      STREAMGAUGE_JAVA=/opt/jre/bin/java java cli/src/aot/TrainingRun.java \
        /opt/streamgauge/bin/streamgauge /opt/streamgauge/app/streamgauge.aot; \
      STREAMGAUGE_JAVA=/opt/jre/bin/java java cli/src/aot/CacheCheck.java /opt/streamgauge/bin/streamgauge; \
      mv /opt/streamgauge/app/streamgauge.aot $cache/; \
    fi; \
    find /image -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +

# What the program and its launcher use of the base, and no more: libc, a shell, and a few of its tools.
FROM ${RUN_IMAGE} AS base
ARG SOURCE_DATE_EPOCH=1767225600
COPY --from=build /opt/jre /opt/jre
RUN set -eu; root=/rootfs; mkdir -p $root/usr/bin $root/usr/lib $root/usr/lib64 $root/etc $root/tmp $root/usr/share/doc; \
    for name in bin lib lib64; do ln -s usr/$name $root/$name; done; chmod 1777 $root/tmp; \
    programs="/usr/bin/dash /usr/bin/readlink /usr/bin/dirname /usr/bin/sleep /usr/bin/cat"; \
    cp $programs $root/usr/bin/; ln -s dash $root/usr/bin/sh; \
    ldd $programs $(find /opt/jre -name '*.so' -o -path '*/bin/*' -type f) | sed -n 's/.*[[:space:]]\(\/lib[^ ]*\) (.*/\1/p' \
      | sort -u | while read -r library; do \
          mkdir -p "$root/usr$(dirname "$library")"; cp -L "$library" "$root/usr$library"; \
        done; \
    for package in dash coreutils libc6; do \
      [ ! -e /usr/share/doc/$package/copyright ] || install -D -m 644 /usr/share/doc/$package/copyright $root/usr/share/doc/$package/copyright; \
    done; \
    cp -L /etc/debian_version /etc/os-release $root/etc/; \
    echo 'hosts: files dns' > $root/etc/nsswitch.conf; \
    printf 'root:x:0:0::/:/bin/sh\nnonroot:x:65532:65532::/:/bin/sh\n' > $root/etc/passwd; \
    printf 'root:x:0:\nnonroot:x:65532:\n' > $root/etc/group; \
    find $root -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +

FROM scratch
ARG VERSION=0.1.0-SNAPSHOT
LABEL org.opencontainers.image.title="streamgauge" \
      org.opencontainers.image.description="A sidecar reverse proxy that times the token streams of LLM model servers" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}"
COPY --from=base /rootfs /
COPY --from=build /image/jre /
COPY --from=build /image/program /
COPY --from=build /image/cache /
# the rest of the environment is the program's
ENV PATH=/usr/bin
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

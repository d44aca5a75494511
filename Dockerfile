# The image of the service: one binary and the shared libraries it is linked with, no shell, no package manager.
#
#   docker build -t demo-app:latest . && docker run -p 5000:5000 demo-app:latest

FROM docker.io/library/debian:bookworm-slim AS build
WORKDIR /src
# Only what names the packages comes before installing them: a change of the sources installs nothing again.
COPY scripts/install_packages.sh scripts/packages.txt scripts/
RUN scripts/install_packages.sh build \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/*
COPY . .
RUN cmake --preset release && cmake --build build --target demo-app
# The tree of the final image: the program, its libraries and loader where the loader looks for them, certificates for
# TLS to a database, and an empty folder that becomes the data volume.
RUN mkdir -p /image/usr/bin /empty \
    && install --strip build/demo-app /image/usr/bin/ \
    && ldd build/demo-app | awk '/=> \// {print $3} $1 ~ /ld-linux/ {print $1}' \
       | xargs cp --dereference --parents --target-directory /image \
    && cp --parents /etc/ssl/certs/ca-certificates.crt /image

FROM scratch
ARG VERSION=dev
LABEL org.opencontainers.image.title="demo-app" \
      org.opencontainers.image.description="Users and orders: a service that shows how a distributed system is built" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.base.name="scratch"
COPY --from=build /image /
COPY --from=build --chown=10001:10001 /empty /data
# libmongoc would leave a file of counters in /dev/shm when it is killed, find it at the next start, and complain.
ENV DATA_DIR=/data MONGOC_DISABLE_SHM=1
# A number, so that Kubernetes can see that it is not root.
USER 10001:10001
VOLUME /data
EXPOSE 5000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 CMD ["/usr/bin/demo-app", "healthcheck"]
ENTRYPOINT ["/usr/bin/demo-app"]
CMD ["serve"]

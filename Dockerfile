# The command, from source:
#
#   docker build -t tecmns .
#   docker run --rm -v "$PWD:/work" tecmns run system.toml --out results/mine
#   docker run --rm -it --network host -v "$PWD:/work" tecmns open system.toml --no-browser
#
# The page listens on 127.0.0.1 alone, so it needs the host's network. What is written belongs to user 1000: add
# `--user "$(id -u):$(id -g)"` where that is somebody else.
FROM rust:1.95-slim-bookworm AS build
WORKDIR /src
COPY . .
RUN cargo install --locked --profile dist --path crates/tecmns --root /out

FROM debian:bookworm-slim
RUN useradd --uid 1000 --create-home tecmns && mkdir /work && chown tecmns /work
COPY --from=build /out/bin/tecmns /usr/local/bin/tecmns
COPY --from=build /src/LICENSE-MIT /src/LICENSE-APACHE /src/README.md /usr/share/doc/tecmns/
COPY --from=build /src/systems /usr/share/tecmns/systems
USER tecmns
WORKDIR /work
ENTRYPOINT ["tecmns"]
CMD ["--help"]

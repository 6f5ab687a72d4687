# syntax=docker/dockerfile:1
# One image for the daemon and for browsing. Nothing is compiled: every dependency is a wheel.
FROM python:3.12-slim AS build
WORKDIR /app
RUN python -m venv /venv
COPY requirements/run.txt requirements/run.txt
RUN /venv/bin/pip install --no-cache-dir --require-hashes -r requirements/run.txt
COPY pyproject.toml README.md ./
COPY archive archive
COPY crawler crawler
COPY config config
RUN /venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation --no-index .

FROM python:3.12-slim
LABEL org.opencontainers.image.title="Gazette" \
      org.opencontainers.image.description="Watches government news sites, archives what they publish, and makes it searchable." \
      org.opencontainers.image.licenses="MIT"
# A fixed id, so that a volume keeps its owner from image to image.
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin gazette \
    && install -d -o gazette -g gazette /data
COPY --from=build /venv /venv
COPY config /config
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    GAZETTE_CONFIG=/config \
    GAZETTE_DATA=/data
USER 10001
WORKDIR /home/gazette
VOLUME /data
EXPOSE 8001
# The daemon writes a heartbeat every tick; after two minutes without one it is not well.
HEALTHCHECK --interval=60s --timeout=10s --start-period=60s --retries=3 \
    CMD ["gazette", "status", "--check"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["gazette"]
CMD ["daemon"]

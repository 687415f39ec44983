"""Variables whose names say that they are secret are shown without their values."""

import pytest

from runtime.adapters.docker.text import redact


@pytest.mark.parametrize(
    "name",
    [
        "PASSWORD", "POSTGRES_PASSWORD", "password", "DB_PASS", "MYSQL_PWD", "API_TOKEN", "TOKEN",
        "GITHUB_TOKEN_FILE", "SECRET", "CLIENT_SECRET_ID", "AWS_SECRET_ACCESS_KEY", "API_KEY",
        "APIKEY", "KEY", "SSH_PRIVATE_KEY", "ENCRYPTION_KEYS", "CREDENTIALS", "GOOGLE_CREDENTIAL",
        "BASIC_AUTH", "SESSION_COOKIE", "SENTRY_DSN", "PGPASSWORD", "PASSPHRASE",
    ],
)  # fmt: skip
def test_a_secret_name_hides_its_value(name: str) -> None:
    assert redact.environment([f"{name}=v4lue"]) == [f"{name}=[redacted]"]


@pytest.mark.parametrize(
    "entry",
    ["MODE=prod", "PATH=/bin", "KEYBOARD=us", "AUTHOR=me", "PASSENGERS=3",
     "TOKEN=", "NO_VALUE", "URL=https://host/x", "MAIL=a@b.c"],
)  # fmt: skip
def test_other_values_stay(entry: str) -> None:
    assert redact.environment([entry]) == [entry]


def test_a_password_in_a_url_is_hidden_wherever_it_stands() -> None:
    found = redact.environment(["DB=postgres://app:hunter2@db:5432/x", "R=redis://:pw@r"])
    assert found == ["DB=postgres://app:[redacted]@db:5432/x", "R=redis://:[redacted]@r"]


def test_options_of_drivers_are_redacted_too() -> None:
    seen = {
        "HostConfig": {
            "LogConfig": {"Type": "splunk", "Config": {"splunk-token": "x", "tag": "t"}}
        },
        "Options": {"o": "addr=nas,username=app,password=x", "type": "cifs"},
        "DriverOpts": {"endpoint": "https://me:x@host", "api_key": "x"},
    }
    assert redact.inspected(seen) == {
        "HostConfig": {
            "LogConfig": {"Type": "splunk", "Config": {"splunk-token": "[redacted]", "tag": "t"}}
        },
        "Options": {"o": "addr=nas,username=app,password=[redacted]", "type": "cifs"},
        "DriverOpts": {"endpoint": "https://me:[redacted]@host", "api_key": "[redacted]"},
    }


def test_every_environment_within_an_object_is_redacted_and_nothing_else() -> None:
    seen = {"Config": {"Env": ["A_KEY=1", "B=2"]}, "Other": [{"Env": None}, {"Env": ["TOKEN=1"]}]}
    assert redact.inspected(seen) == {
        "Config": {"Env": ["A_KEY=[redacted]", "B=2"]},
        "Other": [{"Env": None}, {"Env": ["TOKEN=[redacted]"]}],
    }

import pytest

from runtime.waiters import may_answer


@pytest.mark.parametrize(
    "inbox",
    [
        "_INBOX.c.alice.Xk3f2",
        "_INBOX.c.alice.Xk3f2.7",
        "_INBOX.Xk3f2oQ9",
        "_INBOX.Xk3f2oQ9.7",
        "_INBOX.f4.7",
        "_INBOX.c4.7",
        "_R_.Xk3f2o.Q9",
    ],
)
def test_a_callers_own_inbox_is_answered(inbox: str) -> None:
    assert may_answer(inbox, "alice")


@pytest.mark.parametrize(
    "inbox",
    [
        "",
        "_INBOX",
        "_R_",
        "alice",
        # what JetStream would store with our authority
        "command.validated.mfrggzdfmztwq2lknnwg23tpoa",
        "command.validated",
        "output.alice.mfrggzdfmztwq2lknnwg23tpoa",
        "admin.freeze.x",
        "dead.validate",
        "archive.executed",
        "inventory.local",
        "$KV.INVENTORY.local",
        "$KV.WAITERS.mfrggzdfmztwq2lknnwg23tpoa.1",
        # what the server would obey
        "$JS.API.STREAM.DELETE.COMMANDS",
        "$JS.API.CONSUMER.DELETE.COMMANDS.execute",
        "$JS.ACK.COMMANDS.validate.1.1.1.1.1",
        "$JS.FC.x",
        "$SYS.REQ.SERVER.PING",
        "$SRV.PING",
        "_GR_.x.y",
        # requests of others
        "gateway.run.bob",
        # what belongs to somebody else
        "_INBOX.f.validate.Xk3f2",
        "_INBOX.f",
        "_INBOX.c.bob.Xk3f2",
        "_INBOX.c.alicea.Xk3f2",
        "_INBOX.c.alice",
        "_INBOX.c",
        # what is no subject to publish to
        "_INBOX.c.*.Xk3f2",
        "_INBOX.c.alice.*",
        "_INBOX.c.alice.>",
        "_INBOX.>",
        "_R_.*",
        "_INBOX.c.alice.a b",
        "_INBOX.c.alice.a\r\nPUB x 0",
        "_INBOX.c.alice.a\tb",
        "_INBOX.",
        "_R_.",
        "_INBOX..x",
        "_INBOX.c.alice.",
        "_INBOX.c..alice.x",
        " _INBOX.x",
        # what only looks like one
        "_inbox.x",
        "_INBOXES.x",
        "INBOX.x",
        "_INBOX_c.alice.x",
    ],
)
def test_nothing_else_is_ever_written_to(inbox: str) -> None:
    assert not may_answer(inbox, "alice")


def test_a_callers_prefix_is_no_other_callers() -> None:
    inbox = "_INBOX.c.alice.Xk3f2"
    assert [may_answer(inbox, caller) for caller in ("alice", "bob", "alic", "al.ice", "")] == [
        *(True, False, False, False, False)
    ]

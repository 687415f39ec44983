"""Scenarios: words asked of a whole gateway on a real engine, and what the engine is like after.

    setup (docker lines) -> request (words) -> checks (data) -> cleanup, whatever happened

A run touches what is its own alone. Its containers bear a label, without which the gateway of
the run neither sees nor touches any (`ACG_ONLY_LABEL`); its networks, volumes and images have
names that begin as the run's own do, and what would change others goes no further than the
generator. Nothing of a scenario is code: lines are parsed by the gateway's own grammar, checks are
of a short typed list.
"""

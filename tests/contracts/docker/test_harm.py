import itertools

import pytest

from contracts.docker.risk import Risk


@pytest.mark.parametrize(("less", "more"), list(itertools.combinations(Risk, 2)))
def test_risks_compare_by_harm_and_not_by_letter(less: Risk, more: Risk) -> None:
    assert less < more
    assert less <= more
    assert more > less
    assert more >= less
    assert max(less, more) is more

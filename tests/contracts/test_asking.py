import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.asking import is_question


@pytest.mark.parametrize(
    "words",
    [
        "may I stop db?",
        "can db be removed?",
        "could db be paused?",
        "can I kill cache",
        "should we restart the api?",
        "should db be restarted",
        "will a restart of db lose data?",
        "would it help to restart web?",
        "am I able to stop db",
        "warum startet db neu?",
        "darf ich db stoppen?",
        "kann man db löschen?",
        "soll ich den Proxy neu starten?",
        "¿puedo parar db?",
        "¿se puede borrar db?",
        "¿por qué falla web?",
        "peut-on arrêter db ?",
        "puis-je supprimer web ?",
        "est-ce que db tourne ?",
        "可以停止 db 吗\uff1f",
        "为什么 db 重启",
        "能不能删除 db",
        "क्या मैं db रोक सकता हूँ?",
        "db चल रहा है क्या?",
    ],
)
def test_what_asks_is_a_question_in_every_language(words: str) -> None:
    assert is_question(words)


@pytest.mark.parametrize(
    "words",
    [
        "could you restart db?",
        "can somebody restart db",
        "would you stop web please?",
        "must restart db now",
        "canary: restart it",
        "whatsapp-bridge restart",
        "island: restart it",
        "kannst du db neu starten?",
        "könnten Sie web stoppen?",
        "¿puedes reiniciar db?",
        "¿podrías parar web?",
        "peux-tu redémarrer db ?",
        "pouvez-vous arrêter web ?",
        "你可以重启 db 吗\uff1f",
        "请重启 db",
        "重启 db",
        "क्या आप db रीस्टार्ट कर सकते हैं?",
        "db को रोको",
        "starte db neu",
        "reinicia db",
        "redémarre db",
    ],
)
def test_a_wish_is_none(words: str) -> None:
    assert not is_question(words)


@given(st.text(max_size=200))
def test_any_text_is_one_or_the_other(words: str) -> None:
    assert is_question(words) in {True, False}

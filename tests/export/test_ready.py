"""What a warm process makes before it is forked, so that no report makes it again."""

import subprocess
import sys

READ = """
from evalkit import language, words
from evalkit.export import page
from evalkit.export.ready import make_ready
from evalkit.protocol import package_sha256
from evalkit.trace import recording

with recording() as trace:
    make_ready()
known = len(words.languages())
assert words.catalogue.cache_info().currsize == known
assert language.lacking.cache_info().currsize == known
assert package_sha256.cache_info().currsize == 1
loaded = {name for _, name in page.exporter().environment.cache}
assert {"base/null.j2", "index.html.j2"} <= loaded, loaded
# A page rests on what a language's file says of the language, and has to note it itself.
assert language.language.cache_info().currsize == 0
print(sorted(trace.words))
"""


def test_words_and_templates_are_read_before_a_report_is_and_none_is_noted_as_said():
    ran = subprocess.run([sys.executable, "-c", READ], capture_output=True, text=True)

    assert (ran.returncode, ran.stdout) == (0, "[]\n"), ran.stderr

"""Run RO-Crate's validator without a network: the one document that it would fetch is at hand.

Not a test: it runs in an environment that has no evalkit. Words: the folder with the package
rocrate, whose file is that document; the crate; profiles. Prints what is wrong, by profile.
"""

import email.message
import io
import json
import sys
import urllib.request
import urllib.response
from pathlib import Path
from types import SimpleNamespace

from rocrate_validator import services
from rocrate_validator.models import Severity
from rocrate_validator.utils.http import HttpRequester

URL = "https://w3id.org/ro/crate/1.1/context"
TEXT = Path(sys.argv[1], "rocrate", "data", "ro-crate.jsonld").read_bytes()
KIND = {"Content-Type": "application/ld+json"}


def opened(_, asked, *more, **named):
    url = asked if isinstance(asked, str) else asked.full_url
    if url != URL:
        raise OSError(f"asked for {url}")
    head = email.message.Message()
    head["Content-Type"] = KIND["Content-Type"]
    made = urllib.response.addinfourl(io.BytesIO(TEXT), head, url, 200)
    made.msg = "OK"
    return made


def got(_, url, *more, **named):
    if url != URL:
        raise OSError(f"asked for {url}")
    text = TEXT.decode()
    return SimpleNamespace(
        status_code=200, headers=KIND, content=TEXT, text=text, json=lambda: json.loads(TEXT)
    )


urllib.request.OpenerDirector.open = opened
HttpRequester.get = got
found = {}
for profile in sys.argv[3:]:
    asked = services.ValidationSettings(
        rocrate_uri=sys.argv[2],
        profile_identifier=profile,
        requirement_severity=Severity.REQUIRED,
    )
    result = services.validate(asked)
    found[profile] = [issue.message for issue in result.get_issues()]
print(json.dumps(found))

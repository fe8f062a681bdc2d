"""What the scanners report and what it is worth: findings that were looked at and are none. Anything else fails the scan."""

import re

# A pattern of the finding, and why it is none.
KNOWN = {
    r"Cross Site Request Forgery: POST (/\w\w)?/scheme: ": (
        "light or dark: the form has no token, so that reading sets no cookie; Sec-Fetch-Site and Origin are checked"
    ),
    r"Cross Site Request Forgery: POST (/\w\w)?/accessibility: ": (
        "a visitor's form has no token, so that reading sets no cookie; its origin is checked, and a member's form has one"
    ),
    r"LDAP Injection: GET (/\w\w)?/search: ": "there is no LDAP: other words find other posts, and wapiti compares answers",
    r"Secure Flag cookie: ": "the scan runs without TLS; tests/web/test_headers.py has the cookies behind TLS",
}


def split(found: list[str]) -> tuple[list[str], dict[str, int]]:
    """What is new, and how often each known one came."""
    new, counts = [], dict.fromkeys(KNOWN.values(), 0)
    for line in found:
        why = next((why for pattern, why in KNOWN.items() if re.match(pattern, line)), None)
        if why is None:
            new.append(line)
        else:
            counts[why] += 1
    return new, {why: count for why, count in counts.items() if count}

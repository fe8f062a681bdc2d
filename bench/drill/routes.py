"""The routes of the site as JSON, for drills that ask over HTTP only: python -m bench.drill.routes"""

import json

from forum.app import create_app


def main() -> None:
    """Print [rule, methods] of every route."""
    rules = create_app().url_map.iter_rules()
    print(json.dumps(sorted([rule.rule, sorted(rule.methods or ())] for rule in rules)))


if __name__ == "__main__":
    main()

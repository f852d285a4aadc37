# SPDX-License-Identifier: LGPL-2.1-or-later
"""The rule for subjects of commits: area, colon, an imperative, at most 72 columns."""

import re

MAX_COLUMNS = 72
SUBJECT = re.compile(r"[a-z0-9][\w./+-]*(?:, [a-z0-9][\w./+-]*)*: (?P<word>[\w'-]+)\S*(?: \S+)+")
# They open a phrase that says how things are.
NO_VERBS = set("""
    a all an and any as at both by each every few for from her his how if in it its less many more
    most my new no not of old on one only other our own some than that the their there these they
    this those three to two we what when where which while who why with without
""".split())
# Verbs that look like other forms of verbs.
IMPERATIVES = set("""
    alias bias bleed breed bring canvas cling embed exceed feed focus heed need ping proceed ring
    seed shed shred sing sling speed spring sting string swing weed wing
""".split())


def fault(subject):
    """Says what is wrong with a subject; empty when nothing is."""
    if len(subject) > MAX_COLUMNS:
        return f"{len(subject)} columns, {MAX_COLUMNS} at most"
    found = SUBJECT.fullmatch(subject)
    if not found:
        return "is not \"area: imperative and object\""
    word = found["word"].lower()
    if word in NO_VERBS:
        return f"\"{word}\" is no verb"
    if word not in IMPERATIVES and re.search(r"(?:ed|ing|[^s]s)$", word):
        return f"\"{word}\" is no imperative"
    return ""

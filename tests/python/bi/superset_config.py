"""Settings of the Superset that the acceptance starts: its own store, no limits for one busy machine."""

import os

SECRET_KEY = os.environ["BI_SECRET_KEY"]
SQLALCHEMY_DATABASE_URI = "sqlite:///" + os.path.join(os.environ["SUPERSET_HOME"], "superset.db")
RATELIMIT_ENABLED = False  # one machine asks as fast as it can
TALISMAN_ENABLED = False  # plain http on the loopback address
BABEL_DEFAULT_LOCALE = "ru"
LANGUAGES = {"ru": {"flag": "ru", "name": "Русский"}, "en": {"flag": "us", "name": "English"}}
# Numbers as Russian readers write them; the guide gives users the same two lines.
D3_FORMAT = {"decimal": ",", "thousands": "\u00a0", "grouping": [3], "currency": ["", "\u00a0₽"]}

-- One row per portfolio × segment of version 1: size, churn, the typical member and how it differs from the portfolio.
{{ portraits_of_version(1) }}

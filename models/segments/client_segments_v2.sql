-- One row per client: its segment under version 2 of the rules, by products and wealth.
{{ segments_of_version(2) }}

-- One row per client: its segment under version 2 of the rules, by products and wealth.
{{ config(materialized='view') }}
{{ segments_of_version(2) }}

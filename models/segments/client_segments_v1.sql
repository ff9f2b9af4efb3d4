-- One row per client: its segment under version 1 of the rules, by the number of products.
{{ config(materialized='view') }}
{{ segments_of_version(1) }}

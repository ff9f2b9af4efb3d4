{#
  A condition on a row's portfolio and date: whether this run loads that snapshot; with `and_later`, or one that comes after it, where
  what is kept of a month rests on the months before.
#}
{% macro is_loading(and_later=false, portfolio='portfolio', day='snapshot_date') -%}
    {%- set conditions = [] -%}
    {%- for snapshot in snapshots_to_load() -%}
        {%- do conditions.append('(' ~ portfolio ~ " = '" ~ snapshot['portfolio'] ~ "' and " ~ day ~ (' >= ' if and_later else ' = ')
            ~ "cast('" ~ snapshot['date'] ~ "' as date))") -%}
    {%- endfor -%}
    ({{ conditions | join(' or ') if conditions else '1 = 0' }})
{%- endmacro %}

{# The day the extracts describe, for tools that want a date; the build stops in one sentence when it is not one. #}
{% macro snapshot_date() -%}
    {%- set day = var('snapshot_date') ~ '' -%}
    {%- if not modules.re.fullmatch('[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])', day) -%}
        {%- do stop_build('snapshot_date is "' ~ day
            ~ '"; it must be a day such as 2026-01-31.') -%}
    {%- endif -%}
    cast('{{ day }}' as date)
{%- endmacro %}

{# The places of the offers in their order, read from the seed while compiling. #}
{% macro offer_orders() %}
    {%- if not execute -%}
        {{ return([]) }}
    {%- endif -%}
    {{ return(run_query('select offer_order from ' ~ ref('offers') ~ ' order by offer_order').columns[0].values() | map('int') | list) }}
{% endmacro %}

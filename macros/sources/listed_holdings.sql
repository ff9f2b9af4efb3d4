{#
  The products that a column of a bank's staging model lists ("card;deposit"), a row each: the body of stg_<bank>__holdings.
  A client is told by the place of the row, since an id may stand in two cities.
#}
{% macro listed_holdings(portfolio, column, separator=';') -%}
    {%- do config(enabled=portfolio in switched_on_portfolios()) -%}
    {%- if separator not in [';', ',', '|', '/', '+'] -%}
        {%- do stop_build('stg_' ~ portfolio ~ '__holdings: the separator "' ~ separator ~ '" is none of ; , | / +.') -%}
    {%- endif -%}
    select
        portfolio,
        source_file,
        source_row_number,
        {{ holder_of_row() }} as holder,
        {{ list_elements(column, separator) }} as product,
        cast(null as {{ dbt.type_string() }}) as closed
    from {{ ref('stg_' ~ portfolio ~ '__clients') }}
    where {{ column }} is not null
{%- endmacro %}

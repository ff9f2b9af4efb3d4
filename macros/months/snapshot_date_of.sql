{#
  The day that the extract of the portfolio named in a column describes: that of its snapshot, else the var `snapshot_date` where
  one is stated, else null.
#}
{% macro snapshot_date_of(column) -%}
    {%- set stated = 'cast(null as date)' if var('snapshot_date') ~ '' == '1970-01-01' else snapshot_date() -%}
    {%- set days = {} -%}
    {%- for portfolio in switched_on_portfolios() if portfolio_option(portfolio, 'snapshots') -%}
        {%- do days.update({portfolio: snapshot_of(portfolio).get('date', '1970-01-01')}) -%}
    {%- endfor -%}
    {%- if days -%}
    case {{ column }}
        {%- for portfolio, day in days.items() %}
        when '{{ portfolio }}' then cast('{{ day }}' as date)
        {%- endfor %}
        else {{ stated }}
    end
    {%- else -%}
    {{ stated }}
    {%- endif -%}
{%- endmacro %}

{# The attributes that banks supply beyond the columns of `clients`, as var `portfolios` declares them: of one bank, or of all. #}
{% macro additional_attributes(portfolio=none) %}
    {%- set names = [] -%}
    {%- for bank in ([portfolio] if portfolio else var('portfolios')) -%}
        {%- do names.extend(portfolio_option(bank, 'additional')) -%}
    {%- endfor -%}
    {{ return(names | unique | list) }}
{% endmacro %}

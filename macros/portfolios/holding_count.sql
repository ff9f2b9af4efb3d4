{# How many products each client of the banks with holdings has, from expressions of what is held: `held` with {name} in it. #}
{% macro holding_count(portfolio, held) -%}
    {%- set cases = [] -%}
    {%- for bank in switched_on_portfolios() if held_products(bank) and knows_holdings(bank) -%}
        {%- set counted = [] -%}
        {%- for product in held_products(bank) -%}
            {%- do counted.append('case when ' ~ held | replace('{name}', holding_name(product)) ~ ' then 1 else 0 end') -%}
        {%- endfor -%}
        {%- do cases.append("when '" ~ bank ~ "' then " ~ counted | join(' + ')) -%}
    {%- endfor -%}
    {{ 'case ' ~ portfolio ~ ' ' ~ cases | join('\n    ') ~ ' end' if cases else 'cast(null as integer)' }}
{%- endmacro %}

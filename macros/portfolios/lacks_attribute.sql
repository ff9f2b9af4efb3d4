{# Whether the bank named in a column supplies nothing that the attribute named in another column could be made of. #}
{% macro lacks_attribute(portfolio, attribute) -%}
    {%- set conditions = [] -%}
    {%- for bank in switched_on_portfolios() -%}
        {%- set lacking = [] -%}
        {%- for name in portfolio_option(bank, 'without') + (additional_attributes() | reject('in', additional_attributes(bank)) | list) -%}
            {%- do lacking.extend(made_of(name)) -%}
        {%- endfor -%}
        {%- if lacking -%}
            {%- do conditions.append('(' ~ portfolio ~ " = '" ~ bank ~ "' and " ~ attribute ~ " in ('" ~ lacking | join("', '") ~ "'))") -%}
        {%- endif -%}
    {%- endfor -%}
    {{ 'coalesce(' ~ conditions | join('\n    or ') ~ ', false)' if conditions else 'false' }}
{%- endmacro %}

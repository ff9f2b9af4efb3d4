{# Whether the bank named in a column supplies nothing that the attribute named in another column could be made of. #}
{% macro lacks_attribute(portfolio, attribute) -%}
    {%- set conditions = [] -%}
    {%- for bank in var('portfolios') -%}
        {%- set lacking = [] -%}
        {%- for column in portfolio_option(bank, 'without') -%}
            {%- do lacking.extend(optional_columns().get(column, [])) -%}
        {%- endfor -%}
        {%- do lacking.extend(additional_attributes() | reject('in', additional_attributes(bank))) -%}
        {%- if lacking -%}
            {%- do conditions.append('(' ~ portfolio ~ " = '" ~ bank ~ "' and " ~ attribute ~ " in ('" ~ lacking | join("', '") ~ "'))") -%}
        {%- endif -%}
    {%- endfor -%}
    {{ 'coalesce(' ~ conditions | join('\n    or ') ~ ', false)' if conditions else 'false' }}
{%- endmacro %}

{#
  What var `portfolios` says of additional attributes, of one bank or of all: name → form, range, band, bands, roles, with what
  is not said filled in. A name alone is a category; a number is banded by quantiles. Each product that clients may hold is a
  yes/no attribute of them; it is no group of tests by itself, which would count every combination of all products.
#}
{% macro additional_declarations(portfolio=none) %}
    {%- set found = {} -%}
    {%- for bank in ([portfolio] if portfolio else switched_on_portfolios()) -%}
        {%- for given in portfolio_option(bank, 'additional') -%}
            {%- for name, facts in (given if given is mapping else {given: {}}).items() -%}
                {%- set known = facts if facts is mapping else {'form': facts} if facts else {} -%}
                {%- if known.get('form', 'category') == 'category' -%}
                    {%- do found.update({name: dict({'form': 'category', 'roles': ['rates', 'search', 'groups', 'model']}, **known)}) -%}
                {%- elif known['form'] == 'yes_no' -%}
                    {%- do found.update({name: dict({'share': name ~ '_share', 'roles': ['rates', 'search', 'groups', 'model']}, **known)}) -%}
                {%- else -%}
                    {%- do found.update({name: dict({'band': name ~ '_band', 'bands': 'quantiles', 'roles': ['rates', 'search', 'model']}, **known)}) -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- for product in held_products(bank) -%}
            {%- set name = holding_name(product) -%}
            {%- do found.update({name: {'form': 'yes_no', 'share': name ~ '_share', 'roles': ['rates', 'search', 'model', 'portraits'],
                'product': product}}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(found) }}
{% endmacro %}

{#
  What var `portfolios` says of additional attributes, of one bank or of all: name → form, range, band, bands, roles, with what
  is not said filled in. A name alone is a category; a number is banded by quantiles.
#}
{% macro additional_declarations(portfolio=none) %}
    {%- set found = {} -%}
    {%- for bank in ([portfolio] if portfolio else switched_on_portfolios()) -%}
        {%- for given in portfolio_option(bank, 'additional') -%}
            {%- for name, facts in (given if given is mapping else {given: {}}).items() -%}
                {%- set known = facts if facts is mapping else {'form': facts} if facts else {} -%}
                {%- if known.get('form', 'category') == 'category' -%}
                    {%- do found.update({name: dict({'form': 'category', 'roles': ['rates', 'search', 'groups', 'model']}, **known)}) -%}
                {%- else -%}
                    {%- do found.update({name: dict({'band': name ~ '_band', 'bands': 'quantiles', 'roles': ['rates', 'search', 'model']}, **known)}) -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(found) }}
{% endmacro %}

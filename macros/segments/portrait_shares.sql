{# The shares that a portrait gives, those of a bank's own attributes too: name of the measure → [condition counted, condition of being known]. #}
{% macro portrait_shares(additional=true) %}
    {%- set shares, absent = {}, {} -%}
    {%- for attribute in client_attributes('portraits') if additional or not attribute['is_additional'] -%}
        {%- set name = attribute['name'] -%}
        {%- if attribute['share'] -%}
            {%- do shares.update({attribute['share']: [
                name ~ " = '" ~ attribute['share_of'] ~ "'" if attribute['share_of'] else name, name ~ ' is not null'
            ]}) -%}
        {%- endif -%}
        {%- if attribute['absence_share'] -%}
            {%- do absent.update({attribute['absence_share']: ['not ' ~ attribute['presence'], attribute['presence'] ~ ' is not null']}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(dict(shares, **absent)) }}
{% endmacro %}

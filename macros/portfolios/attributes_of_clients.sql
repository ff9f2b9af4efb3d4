{# A query of `clients` with a column for every additional attribute and its band, so that they are read like any other attribute. #}
{% macro attributes_of_clients() -%}
    {%- set types = {'whole_number': 'bigint', 'amount': 'double', 'yes_no': 'boolean'} -%}
    {%- set own = client_attributes() | selectattr('is_additional') | list -%}
    {%- set names = own | map(attribute='name') | list -%}
    select
        *
        {%- for attribute in own %}
        {%- set text = attribute_from_json('additional_attributes', attribute['name'], names) %},
        {{ text if attribute['form'] == 'category'
            else 'cast(' ~ text ~ ' as ' ~ types[attribute['form']] ~ ')' }} as {{ attribute['name'] }}
        {%- endfor %}
    from {{ ref('clients') }}
{%- endmacro %}

{#
  The additional attributes of an accepted row as `clients` holds them: numbers as numbers, each with its band, yes and no as
  truth. Banks that have categories only keep the text of the row.
#}
{% macro typed_additional_attributes() -%}
    {%- set cases = [] -%}
    {%- for bank in switched_on_portfolios() if additional_typed(bank) -%}
        {%- set values = {} -%}
        {%- for attribute in client_attributes() if attribute['made_of'] in additional_attributes(bank) -%}
            {%- set number = 'checked.' ~ attribute['made_of'] ~ '_number' -%}
            {%- if attribute['kind'] == 'band' -%}
                {%- do values.update({attribute['name']: band_case(attribute, number, 'bounds')}) -%}
            {%- elif attribute['form'] == 'category' -%}
                {%- do values.update({attribute['name']: attribute_from_json('checked.additional_attributes', attribute['name'])}) -%}
            {%- elif attribute['form'] == 'yes_no' -%}
                {%- do values.update({attribute['name']: 'checked.' ~ attribute['name'] ~ '_flag'}) -%}
            {%- else -%}
                {%- do values.update({attribute['name']: 'cast(' ~ number ~ ' as bigint)' if attribute['form'] == 'whole_number' else number}) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- do cases.append("when checked.portfolio = '" ~ bank ~ "' then " ~ attributes_as_json(values)) -%}
    {%- endfor -%}
    {{ 'case ' ~ cases | join('\n    ') ~ ' else checked.additional_attributes end' if cases else 'checked.additional_attributes' }}
{%- endmacro %}

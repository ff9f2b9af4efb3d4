{#
  What is known of every attribute of a client, from var `attributes` and the banks' additional ones: a list of mappings, of all
  or of those with a role, or of some forms. Each has name, form, roles, kind, made_of, is_additional, and what the table says.
  kind is `value` for what a bank supplies; what is made of a value stands by its own name: its `band`, which takes over
  what the value does as a group, its `presence` and its `absence`; where extracts have dates, its `change`.
#}
{% macro client_attributes(role=none, forms=none) %}
    {%- set of_group = ['rates', 'pairs', 'search', 'groups', 'fairness'] -%}
    {%- set found = [] -%}
    {%- for is_additional, declared in [(false, var('attributes')), (true, additional_declarations())] -%}
        {%- set values, presences, bands, changes = [], [], [], [] -%}
        {%- for name, facts in declared.items() -%}
            {%- set own = dict(facts, name=name, kind='value', made_of=name, is_additional=is_additional) -%}
            {%- if 'range' in facts -%}
                {%- do own.update({'range': var('valid_ranges').get(name, facts['range'])}) -%}
            {%- endif -%}
            {#- Where products are counted from a long list of them. -#}
            {%- if name == 'product_count' and held_products() | length > own['range'][1] -%}
                {%- do own.update({'range': [own['range'][0], held_products() | length]}) -%}
            {%- endif -%}
            {%- if facts.get('band') -%}
                {%- do bands.append(dict(own, name=facts['band'], kind='band', form='category', roles=facts['roles'] | select('in', of_group) | list)) -%}
                {%- do own.update({'roles': facts['roles'] | reject('in', of_group) | list}) -%}
            {%- endif -%}
            {%- if facts.get('presence') -%}
                {%- do presences.append(dict(own, name=facts['presence'], kind='presence', form='yes_no', roles=['rates', 'search', 'groups'])) -%}
                {%- do presences.append(dict(own, name=facts['absence'], kind='absence', form='yes_no', roles=['metric'])) -%}
            {%- endif -%}
            {%- if facts.get('change') and has_months() -%}
                {%- set change = dict(own, name=facts['change'], kind='change', roles=['forecast'], band=none, bands=none) -%}
                {%- if 'range' in own -%}
                    {%- set width = own['range'][1] - own['range'][0] -%}
                    {%- do change.update({'range': [-width, width]}) -%}
                {%- endif -%}
                {%- do changes.append(change) -%}
            {%- endif -%}
            {%- do values.append(own) -%}
        {%- endfor -%}
        {%- do found.extend(values + presences + bands + changes) -%}
    {%- endfor -%}
    {%- set chosen = [] -%}
    {%- for attribute in found if (not role or role in attribute['roles']) and (not forms or attribute['form'] in forms) -%}
        {%- do chosen.append(attribute) -%}
    {%- endfor -%}
    {{ return(chosen) }}
{% endmacro %}

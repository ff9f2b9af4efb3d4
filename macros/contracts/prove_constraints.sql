{#
  Hook of every model and seed: proves the constraints that its YAML declares (primary_key, unique, not_null) as soon as it is
  written and before anything reads it, in one query instead of a test of dbt for each. What the engine itself has enforced
  is not asked again. In a key no column is empty; `unique` takes empty values for equal. Seeds, which have no contract, declare
  them in their meta.
#}
{% macro prove_constraints() %}
    {%- set declared = (model.constraints or []) + (model.config.meta.constraints or []) -%}
    {%- set keys = [] -%}
    {%- set filled = [] -%}
    {%- for constraint in declared if constraint.type in ['primary_key', 'unique'] -%}
        {%- do keys.append(constraint.columns) -%}
        {%- do filled.extend(constraint.columns if constraint.type == 'primary_key' else []) -%}
    {%- endfor -%}
    {%- for column in model.columns.values() -%}
        {%- set types = column.constraints | map(attribute='type') | map('string') | list -%}
        {%- do keys.append([column.name]) if 'primary_key' in types or 'unique' in types -%}
        {%- do filled.append(column.name) if 'primary_key' in types or ('not_null' in types and not enforces_not_null()) -%}
    {%- endfor -%}
    {%- if execute and (keys or filled) -%}
        {%- set counted -%}
            select *
            from (
                select
                    {%- for column in filled %}
                    count(*) - count({{ column }}) as empty_{{ loop.index }},
                    {%- endfor %}
                    count(*) as row_count
                from {{ this }}
            ) as filled
            {%- for key in keys %}
            cross join (
                select count(*) as repeated_{{ loop.index }}
                from (
                    select count(*) as occurrences
                    from {{ this }}
                    group by {{ key | join(', ') }}
                    having count(*) > 1
                ) as repeated
            ) as key_{{ loop.index }}
            {%- endfor %}
        {%- endset -%}
        {%- set found = run_query(counted).rows[0] -%}
        {%- set where = model.original_file_path if model.resource_type == 'seed' else this.identifier -%}
        {%- set broken = [] -%}
        {%- for column in filled -%}
            {%- set count = found['empty_' ~ loop.index] -%}
            {%- do broken.append(column ~ ' must not be empty (rows that lack it: ' ~ count ~ ')') if count -%}
        {%- endfor -%}
        {%- for key in keys -%}
            {%- set count = found['repeated_' ~ loop.index] -%}
            {%- do broken.append(key | join(', ') ~ ' must not repeat (repeated: ' ~ repeated_values(key, count) ~ ')') if count -%}
        {%- endfor -%}
        {%- do stop_build(where ~ ': ' ~ broken | join('; ') ~ '.') if broken -%}
    {%- endif -%}
{% endmacro %}

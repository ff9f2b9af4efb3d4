{#
  An operation on Spark: copies relations to parquet files that DuckDB reads, a folder for each. Spark writes them part by
  part, so that a relation of any size passes through little memory.
#}
{% macro write_parquet(relations, folder, where_there=false) %}
    {%- for name in relations -%}
        {%- if not where_there or relation_built(name) -%}
            {%- do run_query(
                "insert overwrite directory '" ~ escape_quotes(folder ~ '/' ~ name) ~ "' using parquet select * from "
                ~ api.Relation.create(schema=target.schema, identifier=name)
            ) -%}
        {%- endif -%}
    {%- endfor -%}
{% endmacro %}

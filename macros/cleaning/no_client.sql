{#
  The reason to put aside a row that is about no client: a total by its words (var `total_words`), or a phrase in the place of
  the id with nothing beside it. It is asked only of rows without churn.
#}
{% macro no_client() -%}
    {%- set words = "' ' || translate(" ~ normalise_spelling('client_id') ~ ", ':;.', '   ') || ' '" -%}
    case
        {%- for word in var('total_words') %}
        when {{ words }} like '% {{ escape_quotes(word) }} %' then 'not_a_client'
        {%- endfor %}
        when
            client_id like '% %' and translate(client_id, '0123456789', '') = client_id
            and coalesce(
                {%- for text in staged_columns() if text not in ['client_id', 'is_churned'] %}
                {{ text }}{{ ',' if not loop.last }}
                {%- endfor %}
            ) is null
            then 'not_a_client'
    end
{%- endmacro %}

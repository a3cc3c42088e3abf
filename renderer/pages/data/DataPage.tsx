import { Loading } from '../../components/Loading.tsx';
import { Page } from '../../components/Page.tsx';

export default function DataPage() {
  return (
    <Page title="Data">
      <Loading />
    </Page>
  );
}
